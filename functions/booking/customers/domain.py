"""Validation of the studio's terms, and what no-shows do to what a customer pays in advance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from shared_schemas.booking.policy import RefundTier
from shared_schemas.errors import Text, Violation

REPEATED = Text("there is already a tier with {hours_before} hours", "ступень с {hours_before} ч уже есть")
RISING = Text(
    "a later cancellation cannot refund more than {max} percent",
    "кто отменяет позже, получает не больше: максимум {max} %",
)


def by_notice(tiers: Sequence[RefundTier]) -> list[RefundTier]:
    """The most notice first."""
    return sorted(tiers, key=lambda tier: -tier.hours_before)


def tier_violations(tiers: Sequence[RefundTier]) -> list[Violation]:
    """What is wrong with refund tiers, each by its place in the request."""
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


@dataclass(frozen=True)
class NoShow:
    """A missed visit: what share its customer paid in advance `before`, None being the policy's, and what was `asked`
    by the policy from then on."""

    booking_id: UUID
    before: int | None
    asked: int


def raised(percent: int | None, asked: int) -> int:
    """The share after a no-show: at least what is asked."""
    return max(percent or 0, asked)


def without(booking_id: UUID, line: Sequence[NoShow], percent: int | None) -> tuple[list[NoShow], int | None]:
    """Those of a customer's no-shows, in order, that were other without one, and what the share would be without it.

    What staff have set in between stays, and so does all that came after. A no-show of before this was kept changes
    nothing."""
    place = next((number for number, one in enumerate(line) if one.booking_id == booking_id), None)
    if place is None:
        return [], percent
    gone, changed = line[place], list[NoShow]()
    was, would_be = raised(gone.before, gone.asked), gone.before
    for later in line[place + 1 :]:
        if later.before != was:
            return changed, percent
        changed.append(replace(later, before=would_be))
        was, would_be = raised(later.before, later.asked), raised(would_be, later.asked)
    return changed, would_be if percent == was else percent
