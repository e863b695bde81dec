"""SQL for photos."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from booking.photos.domain import Photo, as_logo, as_shown
from booking.photos.errors import PhotoNotFoundError
from booking.photos.ports import PREPARE_PHOTOS
from booking.photos.tables import photos as t
from booking.tables import delivery
from core.job_failures import not_put_off
from core.postgres.rows import locked, one
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.halls import HallPhoto
from shared_schemas.uploads.photos import Logo

FIELDS = StoredFields(Photo, t, "document")
IN_ORDER = (t.c.position, t.c.created_at, t.c.id)
PRESENT = t.c.status != "removed"


class PhotoRepository:
    """`base` is the address under which everybody reads files."""

    def __init__(self, connection: Connection, base: str) -> None:
        self._connection = connection
        self._base = base

    def add(self, photo: Photo, at: datetime) -> None:
        self._connection.execute(insert(t).values(**FIELDS.values(photo), created_at=at))

    def update(self, photo: Photo) -> None:
        self._connection.execute(update(t).where(t.c.id == photo.id).values(**FIELDS.values(photo, but=("id",))))

    def remove(self, photo_id: UUID) -> None:
        self._connection.execute(delete(t).where(t.c.id == photo_id))

    def get(self, photo_id: UUID, *, lock: bool = False) -> Photo:
        query = select(*FIELDS.selected).where(t.c.id == photo_id, PRESENT)
        row = one(self._connection, locked(query, lock=lock), PhotoNotFoundError(photo_id=str(photo_id)))
        return Photo.model_validate(FIELDS.read(row))

    def of_hall(self, hall_id: UUID) -> list[Photo]:
        return self._all(t.c.hall_id == hall_id, PRESENT)

    def shown(self, hall_ids: Collection[UUID]) -> dict[UUID, list[HallPhoto]]:
        found: dict[UUID, list[HallPhoto]] = {}
        for photo in self._all(t.c.hall_id.in_(hall_ids), t.c.status == "ready") if hall_ids else []:
            if photo.hall_id:
                found.setdefault(photo.hall_id, []).append(as_shown(photo, self._base))
        return found

    def logo(self) -> Logo | None:
        ready = self._all(t.c.kind == "logo", t.c.status == "ready")
        return as_logo(ready[-1], self._base) if ready else None

    def logos(self, *, but: UUID | None = None) -> list[Photo]:
        return [photo for photo in self._all(t.c.kind == "logo", PRESENT) if photo.id != but]

    def claim(self, now: datetime, again: datetime) -> Photo | None:
        unfinished = t.c.status.in_(("awaiting", "removed")) & (t.c.look_at <= now)
        query = (
            select(*FIELDS.selected)
            .where(unfinished, not_put_off(delivery.failures, PREPARE_PHOTOS, t.c.id, now))
            .order_by(t.c.look_at, t.c.id)
            .limit(1)
            .with_for_update(key_share=True, skip_locked=True)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        photo = Photo.model_validate(FIELDS.read(row)).model_copy(update={"look_at": again})
        self.update(photo)
        return photo

    def _all(self, *conditions: Any) -> list[Photo]:
        rows = self._connection.execute(select(*FIELDS.selected).where(*conditions).order_by(*IN_ORDER))
        return [Photo.model_validate(FIELDS.read(row)) for row in rows]
