"""SQL for closures and external calendars."""

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
    text,
    update,
)
from sqlalchemy.dialects.postgresql import Range

from booking.closures import tables as c
from booking.closures.errors import ClosureNotFoundError, ExternalCalendarNotFoundError
from booking.closures.ports import REFRESH_CALENDARS
from booking.halls.tables import halls
from booking.ical.domain import CalendarReading
from booking.ical.warnings import Doubt, warning
from booking.tables import delivery
from booking.time.ranges import TimeRange
from core.job_failures import not_put_off, reading
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.closures import Closure, ExternalCalendar, ImportConflict
from shared_schemas.calendar import Span
from shared_schemas.errors import Locale

CALENDAR = StoredFields(ExternalCalendar, c.external_calendars, apart=["conflicts", "warnings"])
WIDEST_ZONE = timedelta(days=1)
"""No local midnight is further from UTC's."""
# Without the source, which may have megabytes.
SHOWN = select(*(column for column in c.external_calendars.c if column.name != "source"))


# Of all halls in one question: a studio with a hundred would ask a hundred.
CLOSED_EVERYWHERE = text("""
SELECT hall_id, lower(during) AS start, upper(during) AS end FROM booking.occupancy
 WHERE kind = 'closure' AND during && tstzrange(:start, :end)
""")


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
        row = one(self._connection, query, ClosureNotFoundError(closure_id=str(closure_id)))
        return Closure.model_validate(row.document)

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
        for stretch in stretches:
            if not any(span.start <= stretch.start and stretch.end <= span.end for span in spans):
                spans.append(Span(start=stretch.start.astimezone(zone), end=stretch.end.astimezone(zone)))
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

    def closed_everywhere(self, window: TimeRange) -> dict[UUID, list[TimeRange]]:
        found: dict[UUID, list[TimeRange]] = {}
        for row in self._connection.execute(CLOSED_EVERYWHERE, {"start": window.start, "end": window.end}):
            found.setdefault(row.hall_id, []).append(TimeRange(row.start, row.end).utc())
        return found


class ExternalCalendarRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, calendar: ExternalCalendar, at: datetime) -> None:
        times = {"created_at": at, "next_refresh_at": at if calendar.url else None}
        self._connection.execute(insert(c.external_calendars).values(**CALENDAR.values(calendar), **times))

    def get(self, calendar_id: UUID, *, lock: bool = False) -> ExternalCalendar:
        query = SHOWN.where(c.external_calendars.c.id == calendar_id)
        query = query.with_for_update() if lock else query
        row = one(self._connection, query, ExternalCalendarNotFoundError(calendar_id=str(calendar_id)))
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


def _calendar(row: Row[Any], locale: Locale = "en") -> ExternalCalendar:
    warnings = [warning(Doubt(**doubt), locale) for doubt in row.warnings]
    return ExternalCalendar.model_validate({**CALENDAR.read(row), "conflicts": row.conflicts, "warnings": warnings})
