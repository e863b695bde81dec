"""When a hall may be booked: opening hours in its own zone, and the rules every booking must keep.

`violations` is the only judge of a slot's rules: availability offers exactly the starts it lets through.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.domain_ranges import STEP, TimeRange, intersect, merge
from shared_schemas.booking import AvailabilityDay, FreeRange, Hall, OpeningHours
from shared_schemas.errors import RuleViolationError, Text, Violation

DAY = timedelta(days=1)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins, in UTC."""
    return datetime.combine(day, time(0, 0), zone).astimezone(UTC)


def open_ranges(hall: Hall, first: date, last: date) -> list[TimeRange]:
    """Opening hours of the local days from `first` to `last`, both inclusive, joined where they touch."""
    zone = ZoneInfo(hall.timezone)
    days = ((first + DAY * offset) for offset in range((last - first).days + 1))
    return merge(
        _opening(day, hours, zone) for day in days for hours in hall.opening_hours if hours.weekday == day.isoweekday()
    )


def _opening(day: date, hours: OpeningHours, zone: ZoneInfo) -> TimeRange:
    closing_day = day if hours.closes > hours.opens else day + DAY
    opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
    return TimeRange(opens, datetime.combine(closing_day, hours.closes, zone).astimezone(UTC))


def claim(hall: Hall, slot: TimeRange) -> TimeRange:
    """What a booking of `slot` takes of the calendar: the slot and the buffer after it."""
    return TimeRange(slot.start, slot.end + timedelta(minutes=hall.buffer_minutes))


def violations(
    hall: Hall, slot: TimeRange, people: int, now: datetime, openings: Sequence[TimeRange] | None = None
) -> list[Violation]:
    """Every rule that a booking of `slot` would break; empty where it may be made, if the slot is free.

    `openings` may be given by who asks about many slots of one day: the hours of that day and its neighbours."""
    if slot.end <= slot.start:
        return [_violation("end", "end_before_start", "end must be after start", "end должен быть позже start")]
    found = _grid(slot)
    if slot.start < now:
        found.append(_violation("start", "in_past", "start is in the past", "start в прошлом"))
    return found or [*_duration(hall, slot), *_place(hall, slot, people, now, openings)]


def require_bookable(hall: Hall, slot: TimeRange, people: int, now: datetime) -> None:
    """`RuleViolationError` with all the rules that a booking of `slot` would break."""
    if found := violations(hall, slot, people, now):
        raise RuleViolationError(found)


def _grid(slot: TimeRange) -> list[Violation]:
    step = STEP.total_seconds()
    return [
        _violation(
            name,
            "off_grid",
            "must be on the {step}-minute grid",
            "должно быть кратно {step} минутам",
            step=15,
        )
        for name, instant in (("start", slot.start), ("end", slot.end))
        if instant.timestamp() % step
    ]


def _duration(hall: Hall, slot: TimeRange) -> list[Violation]:
    minutes = int(slot.duration / timedelta(minutes=1))
    found = []
    if minutes < hall.min_minutes:
        found.append(
            _violation("end", "too_short", "at least {min} minutes", "не меньше {min} минут", min=hall.min_minutes)
        )
    if minutes > hall.max_minutes:
        found.append(
            _violation("end", "too_long", "at most {max} minutes", "не больше {max} минут", max=hall.max_minutes)
        )
    return found


def _place(
    hall: Hall, slot: TimeRange, people: int, now: datetime, openings: Sequence[TimeRange] | None
) -> list[Violation]:
    local = slot.start.astimezone(ZoneInfo(hall.timezone))
    if openings is None:
        openings = open_ranges(hall, local.date() - DAY, local.date() + DAY)
    found = []
    if local.minute % hall.start_step_minutes:
        found.append(_violation(
            "start", "start_not_allowed", "starts are every {step} minutes", "начало — каждые {step} минут",
            step=hall.start_step_minutes,
        ))  # fmt: skip
    if slot.start > now + DAY * hall.horizon_days:
        found.append(_violation(
            "start", "too_far_ahead", "at most {days} days ahead", "не дальше {days} дней вперёд",
            days=hall.horizon_days,
        ))  # fmt: skip
    if people > hall.capacity:
        found.append(_violation(
            "people", "too_many_people", "at most {max} people", "не больше {max} человек", max=hall.capacity,
        ))  # fmt: skip
    if not any(opening.contains(slot) for opening in openings):
        found.append(_violation("start", "closed", "the hall is closed then", "зал в это время закрыт"))
    return found


def _violation(name: str, code: str, en: str, ru: str, **params: object) -> Violation:
    return Violation(name, code, Text(en, ru), params)


def availability_day(
    hall: Hall, day: date, free: Iterable[TimeRange], duration: timedelta, now: datetime
) -> AvailabilityDay:
    """One local day: `free` is what nobody claims, over a window a day wider on both sides."""
    zone = ZoneInfo(hall.timezone)
    today = TimeRange(local_midnight(day, zone), local_midnight(day + DAY, zone))
    unclaimed = merge(free)
    openings = open_ranges(hall, day - DAY, day + DAY)
    shown = intersect(intersect(openings, [today]), unclaimed)
    ahead = intersect(shown, [TimeRange(min(now, today.end), today.end)])
    slots = (TimeRange(cell.start, cell.start + duration) for span in ahead for cell in _aligned(span).cells())
    return AvailabilityDay(
        date=day,
        free=[FreeRange(start=r.start.astimezone(zone), end=r.end.astimezone(zone)) for r in ahead],
        starts=[
            slot.start.astimezone(zone)
            for slot in slots
            if any(stretch.contains(claim(hall, slot)) for stretch in unclaimed)
            and not violations(hall, slot, 1, now, openings)
        ],
    )


def _aligned(span: TimeRange) -> TimeRange:
    """The range from the first grid point in it."""
    past = timedelta(seconds=span.start.timestamp() % STEP.total_seconds())
    return TimeRange(span.start + (STEP - past if past else past), span.end)
