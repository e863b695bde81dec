"""What a report may ask, and the halls' week against which their time is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from shared_schemas.calendar import Interval
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.halls import Hall
from shared_schemas.reports import ReportQuery

MAX_DAYS = 3 * 366
DAY_MINUTES = 24 * 60
WEEKDAYS = range(1, 8)
LEAD_TIME_DAYS = (0, 1, 3, 7, 14, 30, 90)
"""Where the rows of the report of lead times begin."""
NOWHERE = UUID(int=0)
"""Stands for halls that are not for rent: they are never open."""

EMPTY_PERIOD = Text("must be after {from}", "должно быть позже {from}")
TOO_LONG = Text(
    "the period may have {max_days} days at most", "период не может быть длиннее {max_days} дней"
)  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """A part of a weekday of a hall; `hour` where the week is cut by the hour. Minutes since midnight."""

    space_id: UUID
    weekday: int
    hour: int | None
    opens: int
    closes: int
    open: bool


@dataclass(frozen=True)
class Week:
    """The halls' week; `rooms` says which halls a booking of a hall takes: itself, or those that it is made of."""

    rooms: Sequence[tuple[UUID, UUID]]
    stretches: Sequence[Stretch]

    def spaces(self, hall_id: UUID) -> list[UUID]:
        """What a booking of one hall takes."""
        return [space for hall, space in self.rooms if hall == hall_id] or [hall_id]


def check_period(query: ReportQuery) -> None:
    """`RuleViolationError` for a period without a day, or with too many."""
    if query.to <= query.from_:
        params: dict[str, object] = {"from": query.from_.isoformat()}
        raise RuleViolationError([Violation("to", "empty_period", EMPTY_PERIOD, params)])
    if (query.to - query.from_).days > MAX_DAYS:
        raise RuleViolationError([Violation("to", "period_too_long", TOO_LONG, {"max_days": MAX_DAYS})])


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def week(halls: Sequence[Hall], *, by_hour: bool) -> Week:
    """The week of all halls by their weekly hours, whole and without a gap; cut by the hour where that matters."""
    rooms = [(hall.id, space) for hall in halls for space in (hall.parts or [hall.id])]
    spaces = [(hall.id, _openings(hall)) for hall in halls if not hall.parts]
    never = {weekday: list[tuple[int, int]]() for weekday in WEEKDAYS}
    cuts = set(range(0, DAY_MINUTES, 60)) if by_hour else {0}
    return Week(
        rooms,
        [
            Stretch(space, weekday, begins // 60 if by_hour else None, begins, ends, is_open)
            for space, openings in [*spaces, (NOWHERE, never)]
            for weekday, hours in openings.items()
            for begins, ends, is_open in _cut(hours, cuts)
        ],
    )


def _openings(hall: Hall) -> dict[int, list[tuple[int, int]]]:
    """By weekday, in minutes; what is open over midnight counts on both days."""
    found: dict[int, list[tuple[int, int]]] = {weekday: [] for weekday in WEEKDAYS}
    for hours in hall.opening_hours:
        opens, closes = _minutes(hours)
        found[hours.weekday].append((opens, min(closes, DAY_MINUTES)))
        found[hours.weekday % 7 + 1].append((0, max(closes - DAY_MINUTES, 0)))
    return found


def _minutes(hours: Interval) -> tuple[int, int]:
    """Since midnight of the day on which it opens."""
    opens, closes = (moment.hour * 60 + moment.minute for moment in (hours.opens, hours.closes))
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _cut(hours: Sequence[tuple[int, int]], cuts: set[int]) -> Iterator[tuple[int, int, bool]]:
    """A day from midnight to midnight in stretches that are open or not as a whole."""
    edges = sorted({*cuts, DAY_MINUTES, *(edge for pair in hours for edge in pair)})
    for begins, ends in pairwise(edges):
        yield begins, ends, any(opens <= begins and ends <= closes for opens, closes in hours)
