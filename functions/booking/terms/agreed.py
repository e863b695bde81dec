"""Under which terms a visit is sold: of the policy's rules that are for it, one wins each term."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.terms.conditions import LocalDay, VisitFacts, holds, rank
from booking.terms.minimum import Minimum
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TERMS, Policy, SaleTerms, TermName, TermOrigin, Terms, TermsRule
from shared_schemas.visits.purposes import VisitPurpose

SHORTEST: TermName = "min_minutes"


def facts_of(
    halls: Sequence[Hall], slot: TimeRange, purpose: VisitPurpose, now: datetime, days: StudioDays
) -> VisitFacts:
    """What rules ask of a visit; its day is that of its first hall."""
    first = halls[0]
    day = LocalDay.of(first, days, slot.start.astimezone(ZoneInfo(first.timezone)).date())
    minutes = int(slot.utc().duration.total_seconds()) // 60
    return VisitFacts(frozenset(hall.id for hall in halls), day, minutes, purpose, slot.utc().start - now)


def agreed(
    policy: Policy,
    halls: Sequence[Hall],
    slot: TimeRange,
    purpose: VisitPurpose,
    now: datetime,
    days: StudioDays,
    *,
    percent: int,
    hold_minutes: float,
) -> SaleTerms:
    """The terms of a visit that is sold now; `percent` and `hold_minutes` are for a policy that says nothing of them.

    The shortest visit is the longest that one of its halls asks for."""
    visit = facts_of(halls, slot, purpose, now, days)
    found = dict(winners(policy.rules, visit))
    shortest, rule = _shortest(policy.rules, halls, slot, purpose, now, days)
    by = [*([(SHORTEST, rule)] if rule else []), *found.items()]
    values: dict[str, Any] = {
        **policy.model_dump(include=set(Terms.model_fields)),
        "prepayment_percent": policy.prepayment_percent or percent,
        "hold_minutes": policy.hold_minutes or hold_minutes,
        **{term: getattr(rule, term) for term, rule in found.items()},
        "min_minutes": shortest,
        "by": [TermOrigin(term=term, rule=rule.name) for term, rule in by],
    }
    return SaleTerms.model_validate(values)


def winners(rules: Sequence[TermsRule], visit: VisitFacts) -> Iterator[tuple[TermName, TermsRule]]:
    """The rule that sets each term of a visit, but for the shortest visit, which each hall has of its own."""
    ranked = sorted((rule for rule in rules if holds(rule, visit)), key=rank, reverse=True)
    for term in TERMS:
        if term != SHORTEST and (first := next((rule for rule in ranked if term in rule.sets), None)):
            yield term, first


def _shortest(
    rules: Sequence[TermsRule],
    halls: Sequence[Hall],
    slot: TimeRange,
    purpose: VisitPurpose,
    now: datetime,
    days: StudioDays,
) -> tuple[int, TermsRule | None]:
    start, moment = slot.start.timestamp(), now.timestamp()
    asked = [Minimum(hall, days, rules, purpose) for hall in halls]
    strictest = max(asked, key=lambda minimum: minimum.at(start, moment))
    return strictest.at(start, moment), strictest.rule_at(start, moment)
