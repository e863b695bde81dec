"""Validation of the studio's terms: refund tiers, and the rules for some visits."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from booking.terms.conditions import condition_violations
from shared_schemas.booking.policy import RefundTier, TermsRule
from shared_schemas.errors import Text, Violation

REPEATED = Text("There is already a tier with {hours_before} hours", "Ступень с {hours_before} ч уже есть")
RISING = Text(
    "A later cancellation cannot refund more than {max} percent",
    "Кто отменяет позже, получает не больше: максимум {max} %",
)
REPEATED_NAME = Text("There is already a rule with this name", "Правило с таким названием уже есть")
SHORTEST_BY_LENGTH = Text(
    "How short a visit may be cannot depend on how long it is",
    "Наименьшая длительность не может зависеть от самой длительности",
)


def by_notice(tiers: Sequence[RefundTier]) -> list[RefundTier]:
    """The most notice first."""
    return sorted(tiers, key=lambda tier: -tier.hours_before)


def tier_violations(tiers: Sequence[RefundTier], place: str = "refund_tiers") -> list[Violation]:
    """What is wrong with refund tiers, each by its place in the request."""
    places = sorted(range(len(tiers)), key=lambda place: -tiers[place].hours_before)
    return [
        violation
        for earlier, later in pairwise(places)
        if (violation := _violation(tiers[earlier], tiers[later], f"{place}.{later}"))
    ]


def rules_violations(rules: Sequence[TermsRule]) -> list[Violation]:
    """What is wrong with the rules for some visits, each by its place in the request."""
    return [violation for place in range(len(rules)) for violation in _rule_violations(rules, place)]


def in_order(rule: TermsRule) -> TermsRule:
    """With its tiers as they are kept."""
    return rule.model_copy(update={"refund_tiers": by_notice(rule.refund_tiers)}) if rule.refund_tiers else rule


def halls_of(rules: Sequence[TermsRule]) -> list[UUID]:
    """The halls that they name."""
    return [hall_id for rule in rules for hall_id in rule.hall_ids or ()]


def _rule_violations(rules: Sequence[TermsRule], place: int) -> Iterator[Violation]:
    rule, field = rules[place], f"rules.{place}."
    if rule.name in {other.name for other in rules[:place]}:
        yield Violation(f"{field}name", "repeated_name", REPEATED_NAME, {})
    yield from condition_violations(rule, field)
    if rule.min_minutes is not None and (rule.from_minutes or rule.to_minutes):
        yield Violation(f"{field}min_minutes", "shortest_by_length", SHORTEST_BY_LENGTH, {})
    yield from tier_violations(rule.refund_tiers or [], f"{field}refund_tiers")


def _violation(earlier: RefundTier, later: RefundTier, field: str) -> Violation | None:
    if earlier.hours_before == later.hours_before:
        return Violation(f"{field}.hours_before", "repeated_tier", REPEATED, {"hours_before": later.hours_before})
    if later.percent > earlier.percent:
        return Violation(f"{field}.percent", "rising_refund", RISING, {"max": earlier.percent})
    return None
