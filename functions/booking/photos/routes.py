"""Routes of photos."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.halls.errors import HallNotFoundError
from booking.photos.errors import PhotoNotFoundError, PhotoOrderOutdatedError, TooManyPhotosError
from core.http.idempotency import IdempotencyKey
from shared_schemas.common import Page
from shared_schemas.uploads.photos import PhotoChanges, PhotoOrder, PhotoRequest, UploadedPhoto


@api.endpoint("GET /v1/halls/{hall_id}/photos", errors=[HallNotFoundError])
def list_photos(hall_id: UUID) -> Page[UploadedPhoto]:
    """All uploaded photos of a hall in their order, those that await their file and refused ones, too."""
    return Page(data=composition.app().photos.of_hall(hall_id))


@api.endpoint("POST /v1/halls/{hall_id}/photos", status=201, errors=[HallNotFoundError, TooManyPhotosError])
def add_photo(hall_id: UUID, body: PhotoRequest, key: IdempotencyKey | None) -> UploadedPhoto:
    """Announce a photo of a hall; the file goes straight to storage, by the form of the answer."""
    return composition.app().photos.announce(hall_id, body, key)


@api.endpoint("PUT /v1/halls/{hall_id}/photos/order", errors=[HallNotFoundError, PhotoOrderOutdatedError])
def order_photos(hall_id: UUID, body: PhotoOrder) -> Page[UploadedPhoto]:
    """Say in which order a hall's photos are shown."""
    return Page(data=composition.app().photos.order(hall_id, body.photos))


@api.endpoint("GET /v1/photos/{photo_id}", errors=[PhotoNotFoundError])
def get_photo(photo_id: UUID) -> UploadedPhoto:
    """A photo or a logo: whether its file was found, and what came of it."""
    return composition.app().photos.get(photo_id)


@api.endpoint("PATCH /v1/photos/{photo_id}", errors=[PhotoNotFoundError])
def change_photo(photo_id: UUID, body: PhotoChanges) -> UploadedPhoto:
    """Say anew what is to be seen on a photo of a hall."""
    return composition.app().photos.change(photo_id, body)


@api.endpoint("DELETE /v1/photos/{photo_id}", status=204, errors=[PhotoNotFoundError])
def remove_photo(photo_id: UUID) -> None:
    """Show a photo of a hall no more, and remove its files."""
    composition.app().photos.remove(photo_id)


@api.endpoint("POST /v1/studio/logo", status=201)
def add_logo(body: PhotoRequest, key: IdempotencyKey | None) -> UploadedPhoto:
    """Announce a logo of the studio; once its file is there, it takes the place of the one before."""
    return composition.app().photos.announce(None, body, key)


@api.endpoint("DELETE /v1/studio/logo", status=204)
def remove_logo() -> None:
    """Show no uploaded logo any more."""
    composition.app().photos.remove_logo()
