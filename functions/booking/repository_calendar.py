"""SQL of what stands in a hall's calendar beside bookings: exceptions, closures, other calendars, feeds."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Row,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Range

from booking import tables_calendar as c
from booking.domain_busy import CalendarReading
from booking.domain_doubts import Doubt, warning
from booking.domain_ranges import TimeRange
from booking.errors_calendar import (
    ClosureNotFoundError,
    DateOverrideNotFoundError,
    ExternalCalendarNotFoundError,
)
from booking.ports_calendar import REFRESH_CALENDARS
from booking.tables import delivery, halls
from core.job_failures import not_put_off, reading
from shared_schemas.calendar import Span
from shared_schemas.errors import Locale
from shared_schemas.halls import Closure, DateOverride, ExternalCalendar, ImportConflict

WIDEST_ZONE = timedelta(days=1)
"""No local midnight is further from UTC's."""
# Without the source, which may have megabytes.
SHOWN = select(*(column for column in c.external_calendars.c if column.name != "source"))


class OverrideRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, override: DateOverride, actor: str, at: datetime) -> None:
        values = override.model_dump(exclude={"hours"})
        hours = override.model_dump(mode="json")["hours"]
        self._connection.execute(
            insert(c.date_overrides).values(**values, hours=hours, created_by=actor, created_at=at)
        )

    def remove(self, override_id: UUID) -> UUID | None:
        columns = c.date_overrides.c
        statement = delete(c.date_overrides).where(columns.id == override_id).returning(columns.hall_id)
        removed = self._connection.execute(statement).one_or_none()
        if removed is None:
            raise DateOverrideNotFoundError(override_id=str(override_id))
        return removed.hall_id  # type: ignore[no-any-return]

    def all(self, since: date) -> list[DateOverride]:
        columns = c.date_overrides.c
        query = select(c.date_overrides).where(columns.last_day >= since).order_by(columns.created_at, columns.id)
        return [_override(row) for row in self._connection.execute(query)]


class ClosureRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, closure: Closure) -> None:
        ends = [closure.end, *(span.end for span in closure.occurrences)]
        self._connection.execute(
            insert(c.closures).values(
                id=closure.id,
                hall_id=closure.hall_id,
                during=Range(closure.start, closure.end),
                reason=closure.reason,
                document=closure.model_dump(mode="json"),
                until=max(ends),
                created_by=closure.created_by,
                created_at=closure.created_at,
            )
        )

    def get(self, closure_id: UUID) -> Closure:
        query = select(c.closures.c.document).where(c.closures.c.id == closure_id, c.closures.c.removed_at.is_(None))
        document = self._connection.execute(query).scalar_one_or_none()
        if document is None:
            raise ClosureNotFoundError(closure_id=str(closure_id))
        return Closure.model_validate(document)

    def all(self, now: datetime, since: date | None = None) -> list[Closure]:
        until, first = c.closures.c.until, _local_midnight(since) if since else literal(now)
        # A closure of all halls is on a day where it is in the zone of any of them.
        on_the_day = exists().where(or_(c.closures.c.hall_id == halls.c.id, c.closures.c.hall_id.is_(None)))
        query = (
            select(c.closures.c.document)
            .where(c.closures.c.removed_at.is_(None), on_the_day.where(until > first))
            .order_by(func.lower(c.closures.c.during), c.closures.c.id)
        )
        if since:
            # In any zone: what the index of ends is searched by.
            query = query.where(until > datetime.combine(since, time(), UTC) - WIDEST_ZONE)
        return [Closure.model_validate(document) for document in self._connection.execute(query).scalars()]

    def grow(self, closure_id: UUID, stretches: Iterable[TimeRange]) -> None:
        self._connection.execute(select(c.closures.c.id).where(c.closures.c.id == closure_id).with_for_update())
        closure = self.get(closure_id)
        spans, zone = list(closure.occurrences), closure.start.tzinfo
        for one in stretches:
            if not any(span.start <= one.start and one.end <= span.end for span in spans):
                spans.append(Span(start=one.start.astimezone(zone), end=one.end.astimezone(zone)))
        grown = closure.model_copy(update={"occurrences": sorted(spans, key=lambda span: span.start)})
        until = max(closure.end, *(span.end for span in spans))
        values = {"document": grown.model_dump(mode="json"), "until": until}
        self._connection.execute(update(c.closures).where(c.closures.c.id == closure_id).values(values))

    def remove(self, closure_id: UUID, actor: str, at: datetime) -> None:
        statement = (
            update(c.closures)
            .where(c.closures.c.id == closure_id, c.closures.c.removed_at.is_(None))
            .values(removed_by=actor, removed_at=at)
        )
        if self._connection.execute(statement).rowcount != 1:
            raise ClosureNotFoundError(closure_id=str(closure_id))


class ExternalCalendarRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, calendar: ExternalCalendar, at: datetime) -> None:
        values = calendar.model_dump(include={"id", "hall_id", "name", "url"})
        next_refresh_at = at if calendar.url else None
        self._connection.execute(
            insert(c.external_calendars).values(**values, created_at=at, next_refresh_at=next_refresh_at)
        )

    def get(self, calendar_id: UUID, *, lock: bool = False) -> ExternalCalendar:
        query = SHOWN.where(c.external_calendars.c.id == calendar_id)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise ExternalCalendarNotFoundError(calendar_id=str(calendar_id))
        return _calendar(row)

    def of_hall(self, hall_id: UUID, locale: Locale) -> list[ExternalCalendar]:
        columns = c.external_calendars.c
        query = SHOWN.where(columns.hall_id == hall_id).order_by(columns.name, columns.id)
        return [_calendar(row, locale) for row in self._connection.execute(query)]

    def source(self, calendar_id: UUID) -> str | None:
        columns = c.external_calendars.c
        query = select(columns.source).where(columns.id == calendar_id)
        return self._connection.execute(query).scalar_one_or_none()

    def due(self, now: datetime, until: datetime) -> ExternalCalendar | None:
        columns = c.external_calendars.c
        first = (
            select(columns.id)
            .where(columns.next_refresh_at <= now, not_put_off(delivery.failures, REFRESH_CALENDARS, columns.id, now))
            .order_by(columns.next_refresh_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            update(c.external_calendars)
            .where(columns.id == first)
            .values(next_refresh_at=until)
            .returning(*SHOWN.selected_columns)
        )
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return _calendar(row)

    def imported(self, calendar_id: UUID, at: datetime, again_at: datetime, reading: CalendarReading) -> None:
        doubts = [asdict(doubt) for doubt in reading.doubts]
        values = {"warnings": doubts, "warnings_total": reading.doubts_total, "source": reading.source}
        self._note(calendar_id, imported_at=at, next_refresh_at=again_at, error=None, **values)

    def met(self, calendar_id: UUID, conflicts: list[ImportConflict]) -> None:
        self._note(calendar_id, conflicts=[conflict.model_dump(mode="json") for conflict in conflicts])

    def failed(self, calendar_id: UUID, error: str) -> None:
        self._note(calendar_id, error=error)

    def remove(self, calendar_id: UUID) -> None:
        table = c.external_calendars
        if self._connection.execute(delete(table).where(table.c.id == calendar_id)).rowcount != 1:
            raise ExternalCalendarNotFoundError(calendar_id=str(calendar_id))

    def _note(self, calendar_id: UUID, **values: Any) -> None:
        table = c.external_calendars
        self._connection.execute(update(table).where(table.c.id == calendar_id).values(**values))


def _local_midnight(day: date) -> ColumnElement[datetime]:
    """Where the hall is."""
    return func.timezone(halls.c.timezone, cast(literal(datetime.combine(day, time())), DateTime))


def _override(row: Row[Any]) -> DateOverride:
    return DateOverride.model_validate({name: getattr(row, name) for name in DateOverride.model_fields})


def _calendar(row: Row[Any], locale: Locale = "en") -> ExternalCalendar:
    values = {name: getattr(row, name) for name in ExternalCalendar.model_fields}
    warnings = [warning(Doubt(**doubt), locale) for doubt in row.warnings]
    return ExternalCalendar.model_validate({**values, "warnings": warnings})
