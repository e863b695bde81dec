"""SQL of the texts that staff wrote."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on

from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from notification.bookings.domain import Facts, KnownBooking
from notification.bookings.tables import bookings
from notification.wording.domain import Version
from notification.wording.errors import TrialBookingNotFoundError
from notification.wording.tables import template_versions
from shared_schemas.common import LocaleCode
from shared_schemas.notification import TemplateName

FIELDS = StoredFields(Version, template_versions)
BOOKING = StoredFields(KnownBooking, bookings, apart=["facts"])
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('notification.wording.' || :name || '.' || :locale, 0))")


class WordingRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> dict[tuple[str, str], Version]:
        c = template_versions.c
        newest = select(template_versions).ext(distinct_on(c.name, c.locale))
        rows = self._connection.execute(newest.order_by(c.name, c.locale, c.version.desc()))
        return {(row.name, row.locale): _version(row) for row in rows}

    def newest(self, name: TemplateName, locale: LocaleCode) -> Version | None:
        return next(iter(self.versions(name, locale, None, 1)), None)

    def versions(self, name: TemplateName, locale: LocaleCode, before: int | None, limit: int) -> list[Version]:
        c = template_versions.c
        query = select(template_versions).where(c.name == name, c.locale == locale)
        if before is not None:
            query = query.where(c.version < before)
        return [_version(row) for row in self._connection.execute(query.order_by(c.version.desc()).limit(limit))]

    def lock(self, name: TemplateName, locale: LocaleCode) -> None:
        self._connection.execute(LOCK, {"name": name, "locale": locale})

    def add(self, version: Version) -> None:
        self._connection.execute(insert(template_versions).values(FIELDS.values(version)))

    def note_failure(
        self, name: TemplateName, locale: LocaleCode, version: int, failure: str, failure_ru: str, now: datetime
    ) -> bool:
        c = template_versions.c
        first = (c.name == name) & (c.locale == locale) & (c.version == version) & c.failed_at.is_(None)
        noted = update(template_versions).where(first).values(failed_at=now, failure=failure, failure_ru=failure_ru)
        return self._connection.execute(noted).rowcount > 0

    def booking(self, number: str) -> KnownBooking:
        numbered = select(bookings).where(bookings.c.facts["number"].astext == number)
        row = one(self._connection, numbered, TrialBookingNotFoundError(number=number))
        return KnownBooking(**BOOKING.read(row), facts=Facts.model_validate(row.facts))


def _version(row: Row[Any]) -> Version:
    return Version(**FIELDS.read(row))
