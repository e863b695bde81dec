"""Whether price lists and promo codes make sense before anything is sold by them."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from itertools import chain
from uuid import UUID

from shared_schemas.errors import Text, Violation
from shared_schemas.prices import DurationTier, HeadcountRule, PriceList, PromoCodeRequest, Tariff, TariffRequest

LAST_DAY = Text("must not be before first_day, {min}", "не может быть раньше first_day, {min}")
VALID_TO = Text("must be after valid_from, {after}", "должно быть позже valid_from, {after}")
REPEATED_ID = Text("another rule has this id already", "правило с таким id уже есть")
REPEATED_THRESHOLD = Text(
    "another rule of the same hall begins at {threshold} already",
    "другое правило того же зала уже начинается с {threshold}",
)


def price_list_violations(prices: PriceList) -> list[Violation]:
    """What speaks against a price list, each by its place in the request."""
    seasons = chain.from_iterable(rule_violations(rule, f"rules.{place}.") for place, rule in enumerate(prices.rules))
    ids = (
        Violation(f"rules.{place}.id", "repeated_id", REPEATED_ID, {"id": str(prices.rules[place].id)})
        for place in _repeated([rule.id for rule in prices.rules])
    )
    crowds = _thresholds("headcount", "from_people", [(rule.hall_id, rule.from_people) for rule in prices.headcount])
    tiers = _thresholds("durations", "from_minutes", [(tier.hall_id, tier.from_minutes) for tier in prices.durations])
    return [*seasons, *ids, *crowds, *tiers]


def rule_violations(rule: TariffRequest, place: str = "") -> list[Violation]:
    """What speaks against one tariff rule; `place` is the prefix of its fields' names."""
    return _season(rule.first_day, rule.last_day, place)


def promo_code_violations(promo: PromoCodeRequest) -> list[Violation]:
    """A code that could never be used is a mistake."""
    found = _season(promo.first_day, promo.last_day)
    if promo.valid_from and promo.valid_to and promo.valid_from >= promo.valid_to:
        found.append(Violation("valid_to", "not_after_valid_from", VALID_TO, {"after": promo.valid_from.isoformat()}))
    return found


def halls_of(prices: PriceList) -> list[UUID]:
    """The halls that a price list names."""
    parts: list[Tariff | HeadcountRule | DurationTier] = [*prices.rules, *prices.headcount, *prices.durations]
    return [part.hall_id for part in parts if part.hall_id]


def _season(first_day: date | None, last_day: date | None, place: str = "") -> list[Violation]:
    if first_day is None or last_day is None or first_day <= last_day:
        return []
    return [Violation(f"{place}last_day", "before_first_day", LAST_DAY, {"min": first_day.isoformat()})]


def _thresholds(part: str, name: str, keys: Sequence[tuple[UUID | None, int]]) -> Iterator[Violation]:
    """Of two rules of one hall that begin at the same threshold, nobody could tell which counts."""
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
