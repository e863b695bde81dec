"""SQL for halls with their free time: the one question that every judgement of a slot asks."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from booking.calendar.hall_time import HallTime
from booking.halls.errors import HallNotFoundError
from booking.halls.repository import FIELDS
from booking.hours.domain import PublicHolidays, StudioDays
from booking.time.ranges import TimeRange
from core.postgres.database import ALONE, FORESEEN
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.policy import TermsRule

# Halls with their free time and the special days around, as one JSON value, which is cheapest for any driver. The
# studio's rules of how short visits may be come with it: what judges a slot is read at once.
TIMES = """
SELECT json_build_object('rules', (
    SELECT p.document->'rules' FROM booking.policies p ORDER BY p.version DESC LIMIT 1), 'halls',
coalesce(json_agg(json_build_object(
    'id', h.id, 'version', h.version, 'name', h.name, 'timezone', h.timezone, 'details', h.details,
    'free', (
        SELECT coalesce(json_agg(json_build_array(
                   extract(epoch FROM lower(stretch)), extract(epoch FROM upper(stretch)))), '[]')
          FROM unnest(tstzmultirange(tstzrange(:start, :end)) - (
              SELECT coalesce(range_agg(o.during), '{}')
                FROM unnest(h.spaces) AS space
                JOIN booking.occupancy o ON o.hall_id = space AND o.during && tstzrange(:start, :end)
               WHERE o.owner_id IS DISTINCT FROM :without
          )) AS stretch),
    'overrides', (
        SELECT coalesce(json_agg(json_build_object(
                   'id', d.id, 'hall_id', d.hall_id, 'first_day', d.first_day, 'last_day', d.last_day,
                   'hours', d.hours, 'holiday', d.holiday) ORDER BY d.created_at, d.id), '[]')
          FROM booking.date_overrides d
         WHERE (d.hall_id IS NULL OR d.hall_id = h.id)
           AND d.last_day >= CAST(:start AS date) AND d.first_day <= CAST(:end AS date))
    ) ORDER BY h.name), '[]'))
  FROM booking.halls h
 WHERE {which}
"""


def _times(which: str, *binds: BindParameter[Any]) -> TextClause:
    query = text(TIMES.replace("{which}", which)).bindparams(bindparam("without", type_=Uuid), *binds)
    return query.execution_options(**ALONE)


TIMES_OF_ALL = _times("NOT coalesce((h.details->>'archived')::boolean, false)")
TIMES_OF_SOME = _times("h.id = ANY(:halls)", bindparam("halls", type_=ARRAY(Uuid)))


class HallTimesRepository:
    def __init__(self, connection: Connection, public_holidays: PublicHolidays, read: dict[UUID, int]) -> None:
        """`read` are the versions of the halls as this transaction read them last, which it notes as well."""
        self._connection = connection
        self._public_holidays = public_holidays
        self._read = read

    def of(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        values: dict[str, Any] = {"start": window.start, "end": window.end, "without": without}
        if hall_ids is None:
            found = self._connection.execute(TIMES_OF_ALL, values).scalar_one()
            rules = _rules(found)
            return [self._time(row, rules) for row in found["halls"]]
        found = self._connection.execute(TIMES_OF_SOME, {**values, "halls": list(hall_ids)}).scalar_one()
        by_id, rules = {row["id"]: row for row in found["halls"]}, _rules(found)
        if missing := [str(hall_id) for hall_id in hall_ids if str(hall_id) not in by_id]:
            raise HallNotFoundError(hall_id=missing[0])
        return [self._time(by_id[str(hall_id)], rules) for hall_id in hall_ids]

    def foresee(self, window: TimeRange, hall_ids: Collection[UUID]) -> None:
        values = {"start": window.start, "end": window.end, "without": None, "halls": list(hall_ids)}
        self._connection.execute(TIMES_OF_SOME, values, execution_options=FORESEEN)

    def _time(self, row: Mapping[str, Any], rules: Sequence[TermsRule]) -> HallTime:
        self._read[UUID(row["id"])] = row["version"]
        hall = Hall.model_validate({name: row[name] for name in FIELDS.columns} | row["details"])
        overrides = [DateOverride.model_validate(override) for override in row["overrides"]]
        free = [TimeRange(_instant(start), _instant(end)) for start, end in row["free"]]
        return HallTime(hall, free, StudioDays(overrides, self._public_holidays), rules)


def _rules(found: Mapping[str, Any]) -> list[TermsRule]:
    """The others are not asked for here, so they need not be parsed."""
    return [TermsRule.model_validate(rule) for rule in found["rules"] or () if rule.get("min_minutes") is not None]


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
