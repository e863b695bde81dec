"""SQL for halls with their free time: the one question that every judgement of a slot asks."""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from booking.calendar.hall_time import HallTime, KnownHall
from booking.halls.errors import HallNotFoundError
from booking.halls.repository import FIELDS
from booking.hours.domain import PublicHolidays, StudioDays
from booking.time.cells import Cells, ceiling, floor, ones
from booking.time.ranges import TimeRange
from core.postgres.database import ALONE, FORESEEN
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.policy import TermsRule
from shared_schemas.visits.purposes import VisitPurpose

HALLS_KEPT, RULES_KEPT = 2048, 16
PARTS, ROWS, FIELD = "\x1d", "\x1e", "\x1f"
"""Between what one text has together: JSON never has these as they are."""

# All as one text, which is cheapest for any driver: the studio's rules of how short visits may be, the special days
# around the window (hours may have begun the day before, and zones lie a day apart), and each hall with its version and
# the time that is taken, in quarters of an hour from `first` on. Without owners to leave out, claims are read from the
# index of their constraint alone.
TIMES = """
SELECT concat_ws(chr(29),
    coalesce((SELECT p.document->>'rules' FROM booking.policies p ORDER BY p.version DESC LIMIT 1), '[]'),
    coalesce((SELECT json_agg(json_build_object(
                         'id', d.id, 'hall_id', d.hall_id, 'first_day', d.first_day, 'last_day', d.last_day,
                         'hours', d.hours, 'holiday', d.holiday) ORDER BY d.created_at, d.id)::text
                FROM booking.date_overrides d
               WHERE d.last_day >= CAST(:start AS date) - 2 AND d.first_day <= CAST(:end AS date) + 2), '[]'),
    coalesce(string_agg(concat_ws(chr(31),
        json_build_object('id', h.id, 'name', h.name, 'timezone', h.timezone, 'details', h.details),
        h.version,
        (SELECT coalesce(string_agg(concat_ws(' ',
                    CAST(greatest(floor(date_part('epoch', lower(o.during)) / 900), :first) - :first AS integer),
                    CAST(least(ceil(date_part('epoch', upper(o.during)) / 900), :last) - :first AS integer)), ' '), '')
           FROM unnest(h.spaces) AS space
           JOIN booking.occupancy o ON o.hall_id = space AND o.during && tstzrange(:start, :end){but}
        )), chr(30) ORDER BY h.name), ''))
  FROM {halls} h
"""
BUT = "\n          WHERE o.owner_id <> :without"
FOR_RENT = "(SELECT * FROM booking.halls WHERE NOT coalesce((details->>'archived')::boolean, false))"
FITTING = """(
    SELECT * FROM booking.halls
     WHERE NOT coalesce((details->>'archived')::boolean, false)
       AND coalesce((SELECT CAST(l->>'capacity' AS integer)
                       FROM jsonb_array_elements(coalesce(details->'purpose_limits', '[]')) AS l
                      WHERE l->>'purpose' = :purpose LIMIT 1), CAST(details->>'capacity' AS integer)) >= :people
       AND (CAST(:after AS uuid) IS NULL OR name > (SELECT name FROM booking.halls WHERE id = CAST(:after AS uuid)))
     ORDER BY name LIMIT :limit)"""


def _times(halls: str, but: str, *binds: BindParameter[Any]) -> TextClause:
    query = text(TIMES.replace("{halls}", halls).replace("{but}", but))
    return query.bindparams(*binds).execution_options(**ALONE)


def _both(halls: str, *binds: BindParameter[Any]) -> tuple[TextClause, TextClause]:
    """Of all claims, and without those of one owner."""
    return _times(halls, "", *binds), _times(halls, BUT, bindparam("without", type_=Uuid), *binds)


TIMES_OF_ALL = _both(FOR_RENT)
TIMES_OF_SOME = _both("(SELECT * FROM booking.halls WHERE id = ANY(:halls))", bindparam("halls", type_=ARRAY(Uuid)))
TIMES_OF_FITTING = _times(FITTING, "", bindparam("after", type_=Uuid))


class HallTimesRepository:
    def __init__(self, connection: Connection, public_holidays: PublicHolidays, read: dict[UUID, int]) -> None:
        """`read` are the versions of the halls as this transaction read them last, which it notes as well."""
        self._connection = connection
        self._public_holidays = public_holidays
        self._read = read

    def of(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        left_out = {"without": without} if without else {}
        if hall_ids is None:
            return self._ask(TIMES_OF_ALL[bool(without)], window, left_out)
        found = self._ask(TIMES_OF_SOME[bool(without)], window, left_out | {"halls": list(hall_ids)})
        by_id = {time.hall.id: time for time in found}
        if missing := [str(hall_id) for hall_id in hall_ids if hall_id not in by_id]:
            raise HallNotFoundError(hall_id=missing[0])
        return [by_id[hall_id] for hall_id in hall_ids]

    def fitting(
        self, window: TimeRange, people: int, purpose: VisitPurpose, after: UUID | None, limit: int
    ) -> list[HallTime]:
        values = {"people": people, "purpose": purpose, "after": after, "limit": limit}
        return self._ask(TIMES_OF_FITTING, window, values)

    def foresee(self, window: TimeRange, hall_ids: Collection[UUID]) -> None:
        values = _bounds(window) | {"halls": list(hall_ids)}
        self._connection.execute(TIMES_OF_SOME[False], values, execution_options=FORESEEN)

    def _ask(self, query: TextClause, window: TimeRange, values: Mapping[str, Any]) -> list[HallTime]:
        bounds = _bounds(window)
        found: str = self._connection.execute(query, {**bounds, **values}).scalar_one()
        rules, overrides, halls = found.split(PARTS)
        return [self._time(row, bounds, overrides, _rules(rules)) for row in halls.split(ROWS) if row]

    def _time(self, row: str, bounds: Mapping[str, Any], overrides: str, rules: Sequence[TermsRule]) -> HallTime:
        hall, version, taken = row.split(FIELD)
        known = _known(hall, overrides, self._public_holidays)
        self._read[known.hall.id] = int(version)
        return HallTime(known, _free(bounds["first"], bounds["last"], taken), rules)


def _bounds(window: TimeRange) -> dict[str, Any]:
    return {"start": window.start, "end": window.end, "first": ceiling(window.start), "last": floor(window.end)}


def _free(first: int, last: int, taken: str) -> Cells:
    edges, bits = map(int, taken.split()), 0
    for begins, ends in zip(edges, edges, strict=True):
        bits |= (1 << ends) - (1 << begins)
    return Cells(first, ones(last - first) & ~bits)


# What is kept is found by the very text that it was read from, so it cannot be out of date.
@lru_cache(HALLS_KEPT)
def _known(hall: str, overrides: str, public_holidays: PublicHolidays) -> KnownHall:
    row = json.loads(hall)
    read = Hall.model_validate({name: row[name] for name in FIELDS.columns} | row["details"])
    own = (override for override in json.loads(overrides) if override["hall_id"] in (None, row["id"]))
    return KnownHall(read, StudioDays([DateOverride.model_validate(each) for each in own], public_holidays))


@lru_cache(RULES_KEPT)
def _rules(found: str) -> Sequence[TermsRule]:
    """The others are not asked for here, so they need not be parsed."""
    return [TermsRule.model_validate(rule) for rule in json.loads(found) if rule.get("min_minutes") is not None]
