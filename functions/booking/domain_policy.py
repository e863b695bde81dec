"""Whether the studio's terms make sense to a client."""

from collections.abc import Sequence
from itertools import pairwise

from shared_schemas.booking import RefundTier
from shared_schemas.errors import Text, Violation

REPEATED = Text("another tier has {hours_before} hours already", "ступень с {hours_before} ч уже есть")
RISING = Text(
    "who cancels later gets no more back: at most {max} percent",
    "кто отменяет позже, получает не больше: максимум {max} %",
)


def by_notice(tiers: Sequence[RefundTier]) -> list[RefundTier]:
    """The most notice first."""
    return sorted(tiers, key=lambda tier: -tier.hours_before)


def tier_violations(tiers: Sequence[RefundTier]) -> list[Violation]:
    """What speaks against refund tiers, each by its place in the request."""
    places = sorted(range(len(tiers)), key=lambda place: -tiers[place].hours_before)
    return [
        violation
        for earlier, later in pairwise(places)
        if (violation := _violation(tiers[earlier], tiers[later], f"refund_tiers.{later}"))
    ]


def _violation(earlier: RefundTier, later: RefundTier, field: str) -> Violation | None:
    if earlier.hours_before == later.hours_before:
        return Violation(f"{field}.hours_before", "repeated_tier", REPEATED, {"hours_before": later.hours_before})
    if later.percent > earlier.percent:
        return Violation(f"{field}.percent", "rising_refund", RISING, {"max": earlier.percent})
    return None
