"""Validation of price lists and promo codes."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from uuid import UUID

from booking.terms.conditions import season_violations
from shared_schemas.booking.prices import DurationTier, HeadcountRule, PriceList, Tariff, TariffRequest
from shared_schemas.errors import Text, Violation

REPEATED_ID = Text("There is already a rule with this id", "Правило с таким идентификатором уже есть")
REPEATED_THRESHOLD = Text(
    "There is already a rule of this hall that begins at {threshold}",
    "Другое правило того же зала уже начинается с {threshold}",
)


def price_list_violations(prices: PriceList) -> list[Violation]:
    """What is wrong with a price list, each by its place in the request."""
    seasons = chain.from_iterable(rule_violations(rule, f"rules.{place}.") for place, rule in enumerate(prices.rules))
    ids = (
        Violation(f"rules.{place}.id", "repeated_id", REPEATED_ID, {"id": str(prices.rules[place].id)})
        for place in _repeated([rule.id for rule in prices.rules])
    )
    crowds = _thresholds("headcount", "from_people", [(rule.hall_id, rule.from_people) for rule in prices.headcount])
    tiers = _thresholds("durations", "from_minutes", [(tier.hall_id, tier.from_minutes) for tier in prices.durations])
    return [*seasons, *ids, *crowds, *tiers]


def rule_violations(rule: TariffRequest, place: str = "") -> list[Violation]:
    """What is wrong with one tariff rule; `place` is the prefix of its fields' names."""
    return season_violations(rule.first_day, rule.last_day, place)


def halls_of(prices: PriceList) -> list[UUID]:
    """The halls that a price list names."""
    parts: list[Tariff | HeadcountRule | DurationTier] = [*prices.rules, *prices.headcount, *prices.durations]
    return [part.hall_id for part in parts if part.hall_id]


def _thresholds(part: str, name: str, keys: Sequence[tuple[UUID | None, int]]) -> Iterator[Violation]:
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
