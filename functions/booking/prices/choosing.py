"""Which rules of a price list are for a visit, by when it starts: packages, tiers, how soon it is, birthdays."""

from calendar import isleap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.prices.visit import Visit
from booking.terms.conditions import HOUR, LocalDay, has_certain_days, has_season, is_for, is_on
from booking.time.grid import local_midnight
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import BirthdayRule, DurationTier, NoticeRule, Package, PriceList
from shared_schemas.visits.conditions import HourConditions

OfHall = TypeVar("OfHall", Package, DurationTier, NoticeRule, BirthdayRule)
EVER = 1_000_000
"""In place of hours before a visit where a rule has no upper end."""


class Chosen(NamedTuple):
    """What is for a visit of a hall; each at most one."""

    package: Package | None = None
    tier: DurationTier | None = None
    notice: NoticeRule | None = None
    birthday: BirthdayRule | None = None

    @property
    def key(self) -> tuple[int, ...]:
        """The same for the same rules of one price list."""
        return tuple(map(id, self))


NOTHING = Chosen()


@dataclass(frozen=True)
class OfDay:
    """What is for visits that start on a local day, the first first; `always` is what they all get, if that is the same
    at any time of it."""

    packages: Sequence[Package]
    tiers: Sequence[DurationTier]
    notices: Sequence[NoticeRule]
    birthday: BirthdayRule | None
    always: Chosen | None = None


class Choice:
    """The rules of a hall for visits like one of them, whenever they start; days are looked at once."""

    def __init__(self, hall: Hall, prices: PriceList, days: StudioDays, visit: Visit) -> None:
        self._hall, self._days, self._zone, self._visit = hall, days, ZoneInfo(hall.timezone), visit
        self._minutes = visit.cells * 15
        self._packages = [
            rule for rule in self._own(prices.packages) if rule.minutes == self._minutes
        ]  # fmt: skip
        self._tiers = [
            tier for tier in _of_one(hall.id, self._own(prices.durations)) if tier.from_minutes <= self._minutes
        ]
        self._notices = self._own(prices.notices) if visit.sold_at else []
        celebrates = visit.is_near_birthday or visit.birthday is not None
        self._birthdays = self._own(prices.birthdays) if celebrates else []
        self._packages.sort(key=lambda rule: (rule.hall_id is not None, *_rank(rule)), reverse=True)
        self._tiers.sort(key=lambda tier: (tier.from_minutes, *_rank(tier)), reverse=True)
        self._notices.sort(key=_soonest_first)
        self._birthdays.sort(key=lambda rule: (rule.hall_id is None, rule.days))
        self.is_plain = not any((self._packages, self._tiers, self._notices, self._birthdays))
        """None of them is for such a visit, whenever it starts."""
        # Two clocks of one zone would be subtracted as walls show them.
        self._sold_at = visit.sold_at.astimezone(UTC) if visit.sold_at else None
        self._sold_on = visit.sold_at.astimezone(self._zone).date() if visit.sold_at else None
        self._of_days: dict[date, OfDay] = {}

    def at(self, start: datetime) -> Chosen:
        """For a visit that starts then."""
        if self.is_plain:
            return NOTHING
        local = start.astimezone(self._zone)
        found = self._of_day(local.date())
        return self._chosen(found, start, local) if found.always is None else found.always

    def _chosen(self, found: OfDay, start: datetime, local: datetime) -> Chosen:
        package = next((rule for rule in found.packages if self._in_hours(rule, local)), None)
        # A package is the price of its length already.
        tiers = () if package else found.tiers
        return Chosen(
            package,
            next((tier for tier in tiers if self._in_hours(tier, local)), None),
            next((rule for rule in found.notices if self._is_soon(rule, start)), None),
            found.birthday,
        )

    def _of_day(self, day: date) -> OfDay:
        if day not in self._of_days:
            local = LocalDay.of(self._hall, self._days, day)
            packages, tiers = _on(local, self._packages), _on(local, self._tiers)
            soon = [rule for rule in _on(local, self._notices) if not rule.same_day or day == self._sold_on]
            near = (rule for rule in _on(local, self._birthdays) if self._is_near(rule, day))
            found = OfDay(packages, tiers, soon, next(near, None))
            if not any(_has_hours(rule) for rule in (*packages, *tiers)) and not any(map(_asks_hours_ahead, soon)):
                midnight = local_midnight(day, self._zone)
                found = replace(found, always=self._chosen(found, midnight, midnight))
            self._of_days[day] = found
        return self._of_days[day]

    def _own(self, rules: Iterable[OfHall]) -> list[OfHall]:
        purpose = self._visit.purpose
        return [rule for rule in rules if rule.hall_id in (None, self._hall.id) and is_for(rule.purposes, purpose)]

    def _in_hours(self, rule: HourConditions, local: datetime) -> bool:
        """The whole visit, by the clock at its start and its length."""
        opens, closes, begins = (moment.hour * 60 + moment.minute for moment in (rule.starts, rule.ends, local))
        if opens == closes:
            return True
        closes += 24 * 60 if closes < opens else 0
        begins += 24 * 60 if begins < opens else 0
        return begins + self._minutes <= closes

    def _is_soon(self, rule: NoticeRule, start: datetime) -> bool:
        """By the hours that it asks for, if any."""
        if self._sold_at is None:
            return False
        notice, least, below = start.astimezone(UTC) - self._sold_at, rule.from_hours_before, rule.under_hours_before
        return (least is None or notice >= HOUR * least) and (below is None or notice < HOUR * below)

    def _is_near(self, rule: BirthdayRule, day: date) -> bool:
        return self._visit.is_near_birthday or is_near(self._visit.birthday, day, rule.days)


def _on(day: LocalDay, rules: Sequence[OfHall]) -> list[OfHall]:
    return [rule for rule in rules if is_on(rule, day)]


def _has_hours(rule: HourConditions) -> bool:
    return rule.starts != rule.ends


def _asks_hours_ahead(rule: NoticeRule) -> bool:
    return rule.from_hours_before is not None or rule.under_hours_before is not None


def is_near(birthday: str | None, day: date, days: int) -> bool:
    """Whether a day is at most so many days from a birthday; that of 29 February is on the 28th in other years."""
    if birthday is None:
        return False
    month, of_month = map(int, birthday.split("-"))
    years = range(day.year - 1, day.year + 2)
    feasts = (date(year, month, of_month if isleap(year) or birthday != "02-29" else 28) for year in years)
    return any(abs(feast - day) <= timedelta(days=days) for feast in feasts)


def _of_one(hall_id: UUID, tiers: Sequence[DurationTier]) -> Sequence[DurationTier]:
    """A hall that has tiers of its own has no others."""
    return [tier for tier in tiers if tier.hall_id == hall_id] or tiers


def _rank(rule: HourConditions) -> tuple[bool, ...]:
    return rule.purposes is not None, has_season(rule), has_certain_days(rule), rule.starts != rule.ends


def _soonest_first(rule: NoticeRule) -> tuple[bool, bool, int, int]:
    below = EVER if rule.under_hours_before is None else rule.under_hours_before
    return rule.hall_id is None, not rule.same_day, below, -(rule.from_hours_before or 0)


def names_of(chosen: Chosen) -> list[str]:
    """Those of the rules that the moment chose."""
    return [rule.name for rule in (chosen.package, chosen.notice, chosen.birthday) if rule]
