"""What the use cases of photos need of the database, of the place where files lie, and of the studio's halls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.photos.domain import Photo, PhotoFile, PhotoKind
from core.ports import Transaction
from shared_schemas.uploads.photos import PhotoRequest, PhotoUpload

PREPARE_PHOTOS = "prepare_photos"
"""The job's name, among failures, too."""


class PhotoStore(Protocol):
    def add(self, photo: Photo, at: datetime) -> None: ...
    def update(self, photo: Photo) -> None: ...
    def remove(self, photo_id: UUID) -> None: ...

    def get(self, photo_id: UUID, *, lock: bool = False) -> Photo:
        """`PhotoNotFoundError`; one that was removed is not found."""

    def of_hall(self, hall_id: UUID) -> list[Photo]:
        """All but removed ones, in their order."""

    def logos(self, *, but: UUID | None = None) -> list[Photo]:
        """All but removed ones, and `but`."""

    def claim(self, now: datetime, again: datetime) -> Photo | None:
        """One whose file is to be looked for, or whose files are to go; nobody else gets it before `again`."""


class SomeHalls(Protocol):
    def get(self, hall_id: UUID, *, lock: bool = False) -> object:
        """`HallNotFoundError`."""


class Work(Transaction, Protocol):
    """A transaction around photos."""

    @property
    def photos(self) -> PhotoStore: ...
    @property
    def halls(self) -> SomeHalls: ...


class FileStore(Protocol):
    """Where files lie."""

    def form(self, key: str, request: PhotoRequest, until: datetime, now: datetime, /) -> PhotoUpload:
        """A signed form, with which whoever has it uploads this one file."""

    def read(self, key: str) -> bytes | None:
        """None where nothing lies."""

    def write(self, key: str, content: bytes, content_type: str, /) -> None:
        """For everybody to read, and to keep for ever."""

    def remove(self, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown: its size in pixels, and its files."""

    width: int
    height: int
    files: Sequence[tuple[PhotoFile, bytes]]


class Prepare(Protocol):
    def __call__(self, content: bytes, kind: PhotoKind) -> Picture:
        """The sizes of a picture; `UnusablePhotoError`."""
