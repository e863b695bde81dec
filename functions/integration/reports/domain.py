"""What a report may ask, and the halls' hours against which their time is measured."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.visits.stretches import midnight, stretches
from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.integration.reports import ReportQuery

MAX_DAYS = 3 * 366
DAY_MINUTES = 24 * 60
CLOSED = 0
"""The kind of a day on which a hall is not open."""
LEAD_TIME_DAYS = (0, 1, 3, 7, 14, 30, 90)
"""Where the rows of the report of lead times begin."""
EMPTY_PERIOD = Text("The period must end after {from}", "Период должен закончиться позже {from}")
TOO_LONG = Text(
    "The period may have {max_days} days at most", "Период не может быть длиннее {max_days} дней"
)  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """A part of a kind of day: how many of each of its minutes are open, 2 in an hour that comes twice.

    `hour` where days are cut by the hour. Minutes since midnight."""

    kind: int
    hour: int | None
    opens: int
    closes: int
    open: int


@dataclass(frozen=True)
class Timetable:
    """When which hall is open: days with the same hours are of one kind, and a kind is told once.

    `rooms` says which halls a booking of a hall takes: itself, or those that it is made of. A day of a hall that is not
    in `days` is of the kind `CLOSED`."""

    rooms: Sequence[tuple[UUID, UUID]]
    days: Mapping[tuple[UUID, int], Sequence[date]]
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


def instant(day: date, zone: str) -> datetime:
    """When a day begins in a zone."""
    return midnight(day, ZoneInfo(zone))


def timetable(halls: Sequence[OpenHours], *, by_hour: bool) -> Timetable:
    """Of halls and their hours, which may come in several periods; one that is archived is not open at all."""
    rooms = {(hall.hall_id, space) for hall in halls for space in (hall.parts or [hall.hall_id])}
    hours: defaultdict[UUID, dict[date, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for hall in halls:
        if not hall.parts and not hall.archived:
            own = hours[hall.hall_id]
            for day, opens, closes in _hours(hall):
                own[day].append((opens, closes))
    kinds: dict[tuple[tuple[int, int], ...], int] = {(): CLOSED}
    days: dict[tuple[UUID, int], list[date]] = {}
    for space, own in hours.items():
        of_kind: defaultdict[int, list[date]] = defaultdict(list)
        for day, opened in own.items():
            of_kind[kinds.setdefault(tuple(opened), len(kinds))].append(day)
        days |= {(space, kind): found for kind, found in of_kind.items()}
    cuts = set(range(0, DAY_MINUTES, 60)) if by_hour else {0}
    whole = [stretch for opened, kind in kinds.items() for stretch in _cut(kind, opened, cuts, by_hour=by_hour)]
    return Timetable(sorted(rooms), days, whole)


def _hours(hall: OpenHours) -> Iterator[tuple[date, int, int]]:
    zone = ZoneInfo(hall.timezone)
    for span in hall.open:
        yield from stretches(span.start, span.end, zone)


def _cut(kind: int, hours: Sequence[tuple[int, int]], cuts: set[int], *, by_hour: bool) -> Iterator[Stretch]:
    """A day from midnight to midnight, without a gap, wherever it opens or closes."""
    edges = sorted({*cuts, DAY_MINUTES, *(edge for pair in hours for edge in pair)})
    for begins, ends in pairwise(edges):
        times = sum(opens <= begins and ends <= closes for opens, closes in hours)
        yield Stretch(kind, begins // 60 if by_hour else None, begins, ends, times)
