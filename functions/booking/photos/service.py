"""Photos of halls and the studio's logo: announced, shown, ordered, removed."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from booking.photos.domain import MOST_PHOTOS, Photo, as_staff_see_it, reordered, upload_key
from booking.photos.errors import PhotoNotFoundError, PhotoOrderOutdatedError, TooManyPhotosError
from booking.photos.ports import FileStore, Work
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.trail.deed import note
from shared_schemas.uploads.photos import PhotoChanges, PhotoRequest, UploadedPhoto

TO_UPLOAD = timedelta(minutes=15)


class Photos:
    """What staff do with photos; the job of `Preparation` looks at what was uploaded."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, files: FileStore, base: str) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._files = files
        self._base = base

    def announce(self, hall_id: UUID | None, request: PhotoRequest, key: IdempotencyKey | None) -> UploadedPhoto:
        """A photo of the hall, or the logo where none is named, with the form by which to upload it.

        `HallNotFoundError`; `TooManyPhotosError`."""
        with self._unit_of_work() as work:
            photo = work.once(key, UploadedPhoto, lambda: self._announced(work, hall_id, request))
        with self._unit_of_work() as work:
            until = work.photos.get(photo.id).upload_until
        # Signed anew for a repeated request: what opens storage is kept nowhere.
        form = self._files.form(upload_key(photo.id), request, until, self._clock.now())
        return photo.model_copy(update={"upload": form})

    def _announced(self, work: Work, hall_id: UUID | None, request: PhotoRequest) -> UploadedPhoto:
        others: Sequence[Photo] = ()
        if hall_id:
            work.halls.get(hall_id, lock=True)
            others = work.photos.of_hall(hall_id)
        if len(others) >= MOST_PHOTOS:
            raise TooManyPhotosError(most=MOST_PHOTOS)
        now = self._clock.now()
        photo = Photo(
            id=uuid4(),
            kind="hall" if hall_id else "logo",
            hall_id=hall_id,
            position=max((other.position for other in others), default=-1) + 1,
            content_type=request.content_type,
            alt=request.alt,
            upload_until=now + TO_UPLOAD,
            look_at=now,
        )
        work.photos.add(photo, now)
        return as_staff_see_it(photo, self._base)

    def get(self, photo_id: UUID) -> UploadedPhoto:
        """`PhotoNotFoundError`."""
        with self._unit_of_work() as work:
            return as_staff_see_it(work.photos.get(photo_id), self._base)

    def of_hall(self, hall_id: UUID) -> list[UploadedPhoto]:
        """All of them, those that await their file and refused ones, too; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            work.halls.get(hall_id)
            return self._seen(work.photos.of_hall(hall_id))

    def change(self, photo_id: UUID, changes: PhotoChanges) -> UploadedPhoto:
        """`PhotoNotFoundError`, also for a logo."""
        with self._unit_of_work() as work:
            before = self._of_a_hall(work, photo_id)
            after = before.model_copy(update=dict(changes)) if changes.model_fields_set else before
            work.photos.update(after)
            note(before=before, after=after)
            work.commit()
            return as_staff_see_it(after, self._base)

    def order(self, hall_id: UUID, wanted: Sequence[UUID]) -> list[UploadedPhoto]:
        """Show them in this order; `HallNotFoundError`; `PhotoOrderOutdatedError` unless it names each once."""
        with self._unit_of_work() as work:
            work.halls.get(hall_id, lock=True)
            ordered = reordered(work.photos.of_hall(hall_id), wanted)
            if ordered is None:
                raise PhotoOrderOutdatedError
            for photo in ordered:
                work.photos.update(photo)
            work.commit()
            return self._seen(ordered)

    def remove(self, photo_id: UUID) -> None:
        """It is shown no more; its files go within minutes. `PhotoNotFoundError`, also for a logo."""
        with self._unit_of_work() as work:
            self._discard(work, self._of_a_hall(work, photo_id))
            work.commit()

    def remove_logo(self) -> None:
        """The studio has no uploaded logo from now on."""
        with self._unit_of_work() as work:
            for logo in work.photos.logos():
                self._discard(work, logo)
            work.commit()

    def _discard(self, work: Work, photo: Photo) -> None:
        work.photos.update(photo.model_copy(update={"status": "removed", "look_at": self._clock.now()}))

    def _of_a_hall(self, work: Work, photo_id: UUID) -> Photo:
        photo = work.photos.get(photo_id, lock=True)
        if photo.kind != "hall":
            raise PhotoNotFoundError(photo_id=str(photo_id))
        return photo

    def _seen(self, photos: Sequence[Photo]) -> list[UploadedPhoto]:
        return [as_staff_see_it(photo, self._base) for photo in photos]
