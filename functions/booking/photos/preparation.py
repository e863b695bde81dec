"""Looks for uploaded files, makes of them what is shown, and removes what is shown no more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from booking.photos.domain import ATTEMPTS, Photo, UnusablePhotoError, file_key, upload_key
from booking.photos.errors import PhotoNotFoundError
from booking.photos.ports import PREPARE_PHOTOS, FileStore, Picture, Prepare, Work
from core.clock import Clock
from core.jobs import Turn, one_by_one

AGAIN = timedelta(seconds=45)
"""Before the job's next turn, and long after a file is done."""
LATE = timedelta(minutes=5)
"""An upload that began in time may end after it."""


class Preparation:
    """One photo at a time, each claimed first: a file that takes the function down is given up after some attempts."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, files: FileStore, prepare: Prepare) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._files = files
        self._prepare = prepare

    def run(self, turn: Turn) -> int:
        """Returns how many were looked at."""
        return one_by_one(turn, self._unit_of_work, PREPARE_PHOTOS, self._claim, self._handle, lambda photo: photo.id)

    def _claim(self) -> Photo | None:
        now = self._clock.now()
        with self._unit_of_work() as work:
            photo = work.photos.claim(now, now + AGAIN)
            work.commit()
        return photo

    def _handle(self, photo: Photo) -> None:
        if photo.status == "removed":
            self._files.remove([upload_key(photo.id), *(file_key(photo.id, file.name) for file in photo.files)])
            self._forget(photo)
            return
        content = self._files.read(upload_key(photo.id))
        if content is not None:
            self._finish(photo, content)
        elif self._clock.now() > photo.upload_until + LATE:
            self._forget(photo)

    def _finish(self, photo: Photo, content: bytes) -> None:
        try:
            if not self._update(photo, attempts=photo.attempts + 1):
                return
            if photo.attempts >= ATTEMPTS:
                raise UnusablePhotoError("broken_picture")
            picture = self._prepare(content, photo.kind)
        except UnusablePhotoError as error:
            self._update(photo, status="refused", refusal=error.code)
        else:
            self._publish(photo, picture)
        self._files.remove([upload_key(photo.id)])

    def _publish(self, photo: Photo, picture: Picture) -> None:
        for file, content in picture.files:
            self._files.write(file_key(photo.id, file.name), content, file.type)
        files = tuple(file for file, _ in picture.files)
        if not self._update(photo, status="ready", width=picture.width, height=picture.height, files=files):
            # It was removed meanwhile.
            self._files.remove([file_key(photo.id, file.name) for file in files])

    def _update(self, photo: Photo, **values: Any) -> bool:
        """False where it is wanted no more."""
        with self._unit_of_work() as work:
            try:
                current = work.photos.get(photo.id, lock=True)
            except PhotoNotFoundError:
                return False
            work.photos.update(current.model_copy(update=values))
            if current.kind == "logo" and values.get("status") == "ready":
                for logo in work.photos.logos(but=photo.id):
                    work.photos.update(logo.model_copy(update={"status": "removed", "look_at": self._clock.now()}))
            work.commit()
        return True

    def _forget(self, photo: Photo) -> None:
        with self._unit_of_work() as work:
            work.photos.remove(photo.id)
            work.commit()
