"""What is kept of a photo, how it is shown, and why a file is no photo."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared_schemas.booking.halls import HallPhoto
from shared_schemas.common import Contract
from shared_schemas.errors import Text
from shared_schemas.uploads.photos import Logo, PhotoRefusal, PhotoSize, PhotoType, UploadedPhoto
from shared_schemas.words import Label, Title

PhotoKind = Literal["hall", "logo"]
State = Literal["awaiting", "ready", "refused", "removed"]
MOST_PHOTOS = 50
"""Of one hall, with those that still await their file."""
ATTEMPTS = 3
"""How often a file is looked at whose processing takes the function down with it."""

UNUSABLE: Mapping[str, Text] = {
    "not_a_picture": Text(
        "This is no picture in JPEG, PNG or WebP: save it in one of these formats and upload it again",
        "Это не изображение в формате JPEG, PNG или WebP: сохраните его в одном из них и загрузите снова",
    ),
    "broken_picture": Text(
        "The picture cannot be read to its end: the file is damaged or incomplete",
        "Изображение не читается до конца: файл повреждён или загружен не полностью",
    ),
    "too_many_pixels": Text(
        "The picture is larger than 50 megapixels: make it smaller and upload it again",
        "Изображение больше 50 мегапикселей: уменьшите его и загрузите снова",
    ),
    "too_few_pixels": Text(
        "The picture is too small to be shown well: a photo of a hall is 600 pixels wide at least, a logo 64",
        "Изображение слишком маленькое: фотография зала должна быть не уже 600 пикселей, логотип — 64",
    ),
}


class PhotoFile(Contract):
    """One stored size; `name` is what follows the folder of the photo."""

    name: str
    type: PhotoType
    width: int
    height: int


class Photo(Contract):
    """A photo as it is kept. Until it is `ready` it has no files; a `removed` one only waits for its files to go."""

    id: UUID
    kind: PhotoKind
    hall_id: UUID | None = None
    status: State = "awaiting"
    position: int = 0
    content_type: PhotoType
    alt: Title | None = None
    width: int | None = None
    height: int | None = None
    files: tuple[PhotoFile, ...] = ()
    refusal: str | None = None
    attempts: int = 0
    upload_until: datetime
    look_at: datetime
    """When the job looks for its file, or removes its files."""


class UnusablePhotoError(Exception):
    """A file that is no photo; `code` is one of `UNUSABLE`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def upload_key(photo_id: UUID) -> str:
    """Where the file as it was uploaded lies; it is never public."""
    return f"uploads/{photo_id}"


def file_key(photo_id: UUID, name: str) -> str:
    """Where a size for everybody lies."""
    return f"photos/{photo_id}/{name}"


def as_staff_see_it(photo: Photo, base: str) -> UploadedPhoto:
    """`base` is the address under which everybody reads what is stored."""
    status = photo.status if photo.status != "removed" else "refused"
    refusal = PhotoRefusal(code=photo.refusal, message=Label.of(UNUSABLE[photo.refusal])) if photo.refusal else None
    return UploadedPhoto(
        id=photo.id,
        hall_id=photo.hall_id,
        status=status,
        alt=photo.alt,
        width=photo.width,
        height=photo.height,
        sizes=sizes(photo, base),
        refusal=refusal,
    )


def as_shown(photo: Photo, base: str) -> HallPhoto:
    """As it stands among the photos of its hall; `url` is the largest in the format that everything can show."""
    shown = sizes(photo, base)
    plain = [size for size in shown if size.type != "image/webp"]
    return HallPhoto(
        id=photo.id, url=plain[-1].url, alt=photo.alt, width=photo.width, height=photo.height, sizes=shown
    )  # fmt: skip


def as_logo(photo: Photo, base: str) -> Logo:
    return Logo(alt=photo.alt, width=photo.width or 0, height=photo.height or 0, sizes=sizes(photo, base))


def sizes(photo: Photo, base: str) -> list[PhotoSize]:
    return [
        PhotoSize(url=f"{base}/{file_key(photo.id, file.name)}", type=file.type, width=file.width, height=file.height)
        for file in photo.files
    ]


def reordered(photos: Sequence[Photo], order: Sequence[UUID]) -> list[Photo] | None:
    """The photos with their new places; None unless `order` names each of them once."""
    by_id = {photo.id: photo for photo in photos}
    if len(order) != len(by_id) or set(order) != by_id.keys():
        return None
    return [by_id[photo_id].model_copy(update={"position": place}) for place, photo_id in enumerate(order)]
