"""SQL for what the studio says of itself: every change is a new version."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from booking.studio.errors import StudioChangedError
from booking.studio.tables import studio_versions
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.studio import StudioCard

FIELDS = StoredFields(StudioCard, studio_versions, "document", nulls=True)
CURRENT = (
    select(studio_versions.c.version, studio_versions.c.document).order_by(studio_versions.c.version.desc()).limit(1)
)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.studio', 0))")
KEEP = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('booking.studio', 0))")


class StudioRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> StudioCard:
        row = self._connection.execute(CURRENT).one_or_none()
        return StudioCard.model_validate(FIELDS.read(row)) if row else StudioCard()

    def keep(self) -> StudioCard:
        self._connection.execute(KEEP)
        return self.current()

    def lock(self) -> None:
        self._connection.execute(LOCK)

    def add(self, studio: StudioCard, actor: str, at: datetime, edited: int | None = None) -> StudioCard:
        newest = self.current().version
        if edited not in (None, newest):
            raise StudioChangedError(version=newest)
        stored = studio.model_copy(update={"version": newest + 1})
        values = {**FIELDS.values(stored), "created_by": actor, "created_at": at}
        self._connection.execute(insert(studio_versions), values)
        return stored
