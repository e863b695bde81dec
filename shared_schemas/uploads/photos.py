"""Contracts of photos: uploaded straight to storage, then shown in several sizes."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.words import Label, Title

MAX_BYTES = 15 * 1024 * 1024
PhotoType = Literal["image/jpeg", "image/png", "image/webp"]
PhotoStatus = Literal["awaiting", "ready", "refused"]


class PhotoRequest(Contract):
    """A photo that is about to be uploaded."""

    content_type: PhotoType
    bytes: int = Field(ge=1, le=MAX_BYTES)
    """The size of the file: more than that is not taken."""
    alt: Title | None = None
    """What is to be seen on it, for those who do not see it."""


class PhotoChanges(Contract):
    """Changes to a photo; absent fields stay."""

    alt: Title | None = None


class PhotoOrder(Contract):
    """The photos of a hall in the order to show them: all of them, each once."""

    photos: list[UUID] = Field(max_length=100)


class PhotoUpload(Contract):
    """Where the file goes: a form (`multipart/form-data`) with `fields`, and last of all the file as `file`.

    Storage takes no other file than the announced one, and none after `expires_at`."""

    url: str
    fields: dict[str, str]
    expires_at: Instant


class PhotoSize(Contract):
    """The photo in one size and format; what is at `url` never changes."""

    width: int
    height: int
    type: PhotoType
    url: str


class PhotoRefusal(Contract):
    """Why an uploaded file is not shown."""

    code: str
    message: Label


class UploadedPhoto(Contract):
    """A photo as staff see it: it awaits its file, is ready to be shown, or was refused.

    A file is looked at within a minute after it was uploaded."""

    id: UUID
    hall_id: UUID | None = None
    """Absent for the studio's logo."""
    status: PhotoStatus
    alt: Title | None = None
    width: int | None = None
    height: int | None = None
    sizes: list[PhotoSize] = Field(default=[])
    refusal: PhotoRefusal | None = None
    upload: PhotoUpload | None = None
    """Only in the answer to the request that announced it."""


class Logo(Contract):
    """The studio's logo, smallest first."""

    alt: Title | None = None
    width: int
    height: int
    sizes: list[PhotoSize]
