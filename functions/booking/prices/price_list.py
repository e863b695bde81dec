"""Validation of price lists and promo codes."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from booking.terms.conditions import notice_violations, season_violations
from shared_schemas.booking.prices import DurationTier, Package, PriceList, TariffRequest
from shared_schemas.errors import Text, Violation

REPEATED_ID = Text("There is already a rule with this id", "Правило с таким идентификатором уже есть")
REPEATED_THRESHOLD = Text(
    "There is already a rule of this hall that begins at {threshold}",
    "Другое правило того же зала уже начинается с {threshold}",
)
REPEATED_PACKAGE = Text(
    "There is already a package of {minutes} minutes for the same visits",
    "Пакет на {minutes} мин для тех же визитов уже есть",
)
FREE_PACKAGE = Text("The price of a package must be above 0", "Цена пакета должна быть больше 0")
LONGER_THAN_HOURS = Text(
    "A package of {minutes} minutes does not fit between its hours", "Пакет на {minutes} мин не помещается в свои часы"
)
NO_NOTICE = Text(
    "Say how soon: on the same day, or how many hours before", "Укажите срок: в тот же день или за сколько часов"
)


def price_list_violations(prices: PriceList) -> list[Violation]:
    """What is wrong with a price list, each by its place in the request."""
    seasons = chain.from_iterable(rule_violations(rule, f"rules.{place}.") for place, rule in enumerate(prices.rules))
    ids = (
        Violation(f"rules.{place}.id", "repeated_id", REPEATED_ID, {"id": str(prices.rules[place].id)})
        for place in _repeated([rule.id for rule in prices.rules])
    )
    crowds = _thresholds("headcount", "from_people", [(rule.hall_id, rule.from_people) for rule in prices.headcount])
    tiers = _thresholds("durations", "from_minutes", [(_when(tier), tier.from_minutes) for tier in prices.durations])
    return [*seasons, *ids, *crowds, *tiers, *visit_violations(prices)]


def visit_violations(prices: PriceList) -> Iterator[Violation]:
    """What is wrong with the rules that ask when a visit is."""
    for part in ("durations", "packages", "notices", "birthdays"):
        for place, rule in enumerate(getattr(prices, part)):
            yield from season_violations(rule.first_day, rule.last_day, f"{part}.{place}.")
    for place, package in enumerate(prices.packages):
        yield from _package(package, f"packages.{place}.")
    for place in _repeated([(_when(package), package.minutes) for package in prices.packages]):
        params: dict[str, object] = {"minutes": prices.packages[place].minutes}
        yield Violation(f"packages.{place}.minutes", "repeated_package", REPEATED_PACKAGE, params)
    for place, rule in enumerate(prices.notices):
        least, below = rule.from_hours_before, rule.under_hours_before
        if not rule.same_day and least is None and below is None:
            yield Violation(f"notices.{place}.same_day", "no_notice", NO_NOTICE, {})
        yield from notice_violations(least, below, f"notices.{place}.under_hours_before")


def _package(package: Package, place: str) -> Iterator[Violation]:
    if not package.price.amount:
        yield Violation(f"{place}price", "free_package", FREE_PACKAGE, {})
    opens, closes = (moment.hour * 60 + moment.minute for moment in (package.starts, package.ends))
    if opens != closes and (closes - opens) % (24 * 60) < package.minutes:
        yield Violation(f"{place}ends", "longer_than_its_hours", LONGER_THAN_HOURS, {"minutes": package.minutes})


def _when(rule: Package | DurationTier) -> Hashable:
    """Of which hall, and of which visits: what two rules must not have in common."""
    days = (tuple(sorted(set(rule.weekdays))), rule.holidays, rule.first_day, rule.last_day)
    purposes = None if rule.purposes is None else tuple(sorted(set(rule.purposes)))
    return rule.hall_id, days, purposes, rule.starts, rule.ends


def rule_violations(rule: TariffRequest, place: str = "") -> list[Violation]:
    """What is wrong with one tariff rule; `place` is the prefix of its fields' names."""
    return season_violations(rule.first_day, rule.last_day, place)


def halls_of(prices: PriceList) -> list[UUID]:
    """The halls that a price list names."""
    parts: Iterable[Any] = chain(
        prices.rules, prices.headcount, prices.durations, prices.packages, prices.notices, prices.birthdays
    )  # fmt: skip
    return [part.hall_id for part in parts if part.hall_id]


def _thresholds(part: str, name: str, keys: Sequence[tuple[Hashable, int]]) -> Iterator[Violation]:
    """Two rules of one hall that begin at the same threshold are ambiguous."""
    for place in _repeated(keys):
        params: dict[str, object] = {"threshold": keys[place][1]}
        yield Violation(f"{part}.{place}.{name}", "repeated_threshold", REPEATED_THRESHOLD, params)


def _repeated(keys: Sequence[Hashable]) -> Iterator[int]:
    """The places of what was there before."""
    seen: set[Hashable] = set()
    for place, key in enumerate(keys):
        if key in seen:
            yield place
        seen.add(key)
