"""Which tariff rule prices a moment in a hall."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from booking.hours.domain import StudioDays
from booking.prices.errors import NoTariffError
from booking.prices.rounding import hourly
from booking.terms.conditions import LocalDay, has_certain_days, has_season, is_for, is_on
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import PriceList, Tariff
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

QUARTERS = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15)]
"""Where the cells of a day begin, as a clock shows it."""
NOT_FOR_SALE = 1 << 60
"""In place of a price; more than any month of cells comes to."""


class Rates:
    """The rules of one hall, for visits of a purpose. Days that have the same rules are worked out once: a month asks
    for thousands of cells."""

    def __init__(self, hall: Hall, prices: PriceList, days: StudioDays, purpose: VisitPurpose = PHOTO) -> None:
        self._hall = hall
        self._days = days
        # A stable sort: among equals the older, which stands first, stays first.
        own = (rule for rule in prices.rules if rule.hall_id in (None, hall.id) and is_for(rule.purposes, purpose))
        self._ranked = sorted(own, key=_rank, reverse=True)
        self._holding: dict[date, Sequence[Tariff]] = {}
        self._costs: dict[tuple[UUID, ...], Sequence[int]] = {}

    def at(self, local: datetime) -> Tariff:
        """The rule of a moment; `NoTariffError` where there is none: it is not for sale, not free."""
        found = _first(self._of_day(local.date()), local.time())
        if found is None:
            raise NoTariffError(start=local.isoformat(), hall=self._hall.name)
        return found

    def costs(self, day: date) -> Sequence[int]:
        """What each quarter of an hour of a day costs, as the clock shows it."""
        holding = self._of_day(day)
        key = tuple(rule.id for rule in holding)
        if key not in self._costs:
            self._costs[key] = [_cost(_first(holding, moment)) for moment in QUARTERS]
        return self._costs[key]

    def _of_day(self, day: date) -> Sequence[Tariff]:
        if day not in self._holding:
            local = LocalDay.of(self._hall, self._days, day)
            self._holding[day] = [rule for rule in self._ranked if is_on(rule, local)]
        return self._holding[day]


def _rank(rule: Tariff) -> tuple[int, bool, bool, bool, bool, bool]:
    """By priority; among equals the rule that says more about when and where it holds."""
    return (
        rule.priority,
        rule.hall_id is not None,
        rule.purposes is not None,
        has_season(rule),
        has_certain_days(rule),
        rule.starts != rule.ends,
    )


def _first(rules: Sequence[Tariff], moment: time) -> Tariff | None:
    return next((rule for rule in rules if _covers(rule, moment)), None)


def _cost(rule: Tariff | None) -> int:
    return hourly(rule.price_per_hour.amount, 1) if rule else NOT_FOR_SALE


def _covers(rule: Tariff, moment: time) -> bool:
    if rule.starts < rule.ends:
        return rule.starts <= moment < rule.ends
    return moment >= rule.starts or moment < rule.ends
