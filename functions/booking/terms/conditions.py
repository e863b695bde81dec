"""Whether a rule of the studio is for a day, and for a visit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from booking.hours.domain import StudioDays
from shared_schemas.booking.halls import Hall
from shared_schemas.errors import Text, Violation
from shared_schemas.visits.conditions import DayConditions, TermsConditions
from shared_schemas.visits.purposes import VisitPurpose

HOUR = timedelta(hours=1)
LAST_DAY = Text(
    "The last day must not be before the first, {min}", "Последний день не может быть раньше первого, {min}"
)
LONGEST = Text(
    "The longest time must be at least the shortest, {min} minutes",
    "Наибольшее время должно быть не меньше наименьшего, {min} мин",
)
SOONEST = Text(
    "The time must end later than it begins, after more than {min} hours",
    "Время должно закончиться позже, чем начинается: больше {min} ч",
)


@dataclass(frozen=True)
class LocalDay:
    """A day as a hall sells it: as which weekday, and whether as a holiday."""

    day: date
    weekday: int
    holiday: bool

    @classmethod
    def of(cls, hall: Hall, days: StudioDays, day: date) -> "LocalDay":
        return cls(day, days.weekday(hall, day), days.is_holiday(hall, day))


@dataclass(frozen=True)
class VisitFacts:
    """What rules ask of a visit; its day is the one on which it starts. `notice` is how far ahead it is sold; None, of
    a visit that was sold before, is no notice that a rule could ask for."""

    hall_ids: frozenset[UUID]
    day: LocalDay
    minutes: int
    purpose: VisitPurpose
    notice: timedelta | None


def is_on(rule: DayConditions, day: LocalDay) -> bool:
    """Whether a rule is for a day."""
    return _in_season(rule, day.day) and _on_weekday(rule, day.weekday, holiday=day.holiday)


def is_for(purposes: list[VisitPurpose] | None, purpose: VisitPurpose) -> bool:
    """Whether what a rule says of purposes fits."""
    return purposes is None or purpose in purposes


def in_time(rule: TermsConditions, notice: timedelta | None) -> bool:
    """Whether a visit is sold as far ahead as a rule asks; the boundary belongs to `from_hours_before`."""
    least, below = rule.from_hours_before, rule.under_hours_before
    if notice is None:
        return least is None and below is None
    return (least is None or notice >= HOUR * least) and (below is None or notice < HOUR * below)


def holds(rule: TermsConditions, visit: VisitFacts) -> bool:
    """Whether a rule of the terms is for a visit."""
    if rule.hall_ids is not None and visit.hall_ids.isdisjoint(rule.hall_ids):
        return False
    if rule.from_minutes is not None and visit.minutes < rule.from_minutes:
        return False
    if rule.to_minutes is not None and visit.minutes > rule.to_minutes:
        return False
    return is_for(rule.purposes, visit.purpose) and is_on(rule, visit.day) and in_time(rule, visit.notice)


def rank(rule: TermsConditions) -> tuple[int, bool, bool, bool, bool, bool, bool]:
    """By priority; among equals the rule that says more about which visits it is for."""
    return (
        rule.priority,
        rule.hall_ids is not None,
        rule.purposes is not None,
        has_season(rule),
        has_certain_days(rule),
        rule.from_minutes is not None or rule.to_minutes is not None,
        has_notice(rule),
    )


def has_season(rule: DayConditions) -> bool:
    return rule.first_day is not None or rule.last_day is not None


def has_certain_days(rule: DayConditions) -> bool:
    return len(set(rule.weekdays)) < 7 or rule.holidays != "any"


def has_notice(rule: TermsConditions) -> bool:
    """Whether it asks how soon a visit is."""
    return rule.from_hours_before is not None or rule.under_hours_before is not None


def season_violations(first_day: date | None, last_day: date | None, place: str = "") -> list[Violation]:
    """A season that ends before it begins; `place` is the prefix of its fields' names."""
    if first_day is None or last_day is None or first_day <= last_day:
        return []
    return [Violation(f"{place}last_day", "before_first_day", LAST_DAY, {"min": first_day.isoformat()})]


def span_violations(least: int | None, most: int | None, field: str) -> list[Violation]:
    """A range of lengths that holds none; both ends belong to it."""
    if least is None or most is None or least <= most:
        return []
    return [Violation(field, "below_shortest", LONGEST, {"min": least})]


def notice_violations(least: int | None, below: int | None, field: str) -> list[Violation]:
    """A range of hours before the visit that holds none; its end does not belong to it."""
    if below is None or below > (least or 0):
        return []
    return [Violation(field, "not_above_first_hours", SOONEST, {"min": least or 0})]


def condition_violations(rule: TermsConditions, place: str) -> Iterator[Violation]:
    """What contradicts itself in the conditions of a rule."""
    yield from season_violations(rule.first_day, rule.last_day, place)
    yield from span_violations(rule.from_minutes, rule.to_minutes, f"{place}to_minutes")
    yield from notice_violations(rule.from_hours_before, rule.under_hours_before, f"{place}under_hours_before")


def _in_season(rule: DayConditions, day: date) -> bool:
    return (rule.first_day is None or rule.first_day <= day) and (rule.last_day is None or day <= rule.last_day)


def _on_weekday(rule: DayConditions, weekday: int, *, holiday: bool) -> bool:
    on_weekday = weekday in rule.weekdays
    if rule.holidays == "any":
        return on_weekday
    if rule.holidays == "also":
        return on_weekday or holiday
    return on_weekday and holiday == (rule.holidays == "only")
