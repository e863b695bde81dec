"""Which rules of the studio's terms a visit is sold by."""

from datetime import date, timedelta
from typing import Any

import pytest

from booking.hours.domain import StudioDays
from booking.terms.agreed import agreed
from booking.terms.validation import rules_violations
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.policy import Policy, RefundTier, SaleTerms, TermsRule
from shared_schemas.visits.purposes import VisitPurpose
from tests.support.booking.made import hall
from tests.support.booking.prices import WEDNESDAY_NOON, slot
from tests.support.runs.table import each

LOFT = hall()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STRICT = [RefundTier(hours_before=120, percent=100), RefundTier(hours_before=48, percent=50)]


def rule(name: str, **fields: Any) -> TermsRule:
    return TermsRule.model_validate({"name": name, **fields})


def sold(
    *rules: TermsRule,
    halls: tuple[Hall, ...] = (LOFT,),
    during: TimeRange | None = None,
    purpose: VisitPurpose = "photo",
    ahead: timedelta = 30 * DAY,
    days: StudioDays | None = None,
    **policy: Any,
) -> SaleTerms:
    when = during or slot(2)
    return agreed(
        Policy(rules=list(rules), **policy), halls, when, purpose, when.start - ahead, days or StudioDays(),
        percent=50, hold_minutes=15,
    )  # fmt: skip


def named(terms: SaleTerms) -> dict[str, str]:
    return {origin.term: origin.rule for origin in terms.by}


def test_without_rules_the_terms_are_the_policy_s_and_the_hall_s() -> None:
    terms = sold(prepayment_percent=30, max_reschedules=2)

    assert (terms.prepayment_percent, terms.hold_minutes, terms.min_minutes) == (30, 15, 60)
    assert (terms.max_reschedules, terms.refund_tiers, terms.by) == (2, Policy().refund_tiers, [])


def test_each_term_has_one_winner_and_says_who() -> None:
    terms = sold(
        rule("Everything", prepayment_percent=20, hold_minutes=60, max_reschedules=5),
        rule("December", first_day=date(2026, 12, 1), last_day=date(2026, 12, 31), prepayment_percent=100),
        rule("Strict", priority=1, refund_tiers=STRICT, reschedule_hours_before=96),
    )

    assert (terms.prepayment_percent, terms.hold_minutes, terms.max_reschedules) == (100, 60, 5)
    assert (terms.refund_tiers, terms.reschedule_hours_before) == (STRICT, 96)
    assert named(terms) == {
        "prepayment_percent": "December",
        "hold_minutes": "Everything",
        "max_reschedules": "Everything",
        "refund_tiers": "Strict",
        "reschedule_hours_before": "Strict",
    }


@each(
    ("weaker", "stronger"),
    [
        ({"hall_ids": [LOFT.id]}, {"priority": 1}),
        ({"purposes": ["photo"]}, {"hall_ids": [LOFT.id]}),
        ({"first_day": date(2026, 12, 1)}, {"purposes": ["photo"]}),
        ({"weekdays": [3]}, {"last_day": date(2026, 12, 31)}),
        ({"from_minutes": 60}, {"holidays": "except"}),
        ({"under_hours_before": 10_000}, {"to_minutes": 120}),
        ({}, {"from_hours_before": 1}),
    ],
)
def test_priority_comes_first_then_who_says_more(weaker: dict[str, Any], stronger: dict[str, Any]) -> None:
    one, other = rule("weaker", max_reschedules=1, **weaker), rule("stronger", max_reschedules=2, **stronger)

    assert sold(one, other).max_reschedules == sold(other, one).max_reschedules == 2


def test_among_equals_the_first_one_counts() -> None:
    assert sold(rule("a", max_reschedules=3), rule("b", max_reschedules=4)).max_reschedules == 3


@each(
    ("conditions", "holds"),
    [
        ({"from_minutes": 120, "to_minutes": 120}, True),
        ({"from_minutes": 135}, False),
        ({"to_minutes": 105}, False),
        ({"weekdays": [3]}, True),
        ({"weekdays": [1, 2, 4, 5, 6, 7]}, False),
        ({"weekdays": [1], "holidays": "also"}, False),
        ({"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 2)}, True),
        ({"first_day": date(2026, 12, 3)}, False),
        ({"last_day": date(2026, 12, 1)}, False),
        ({"purposes": ["video", "event"]}, False),
        ({"purposes": ["photo"]}, True),
        ({"hall_ids": [hall().id]}, False),
        ({"from_hours_before": 48}, True),
        ({"from_hours_before": 49}, False),
        ({"under_hours_before": 48}, False),
        ({"under_hours_before": 49}, True),
    ],
)
def test_what_is_given_must_hold(conditions: dict[str, Any], holds: bool) -> None:
    """Of two hours on Wednesday, 2 December, sold 48 hours before."""
    found = sold(rule("it", max_reschedules=9, **conditions), ahead=2 * DAY)

    assert (found.max_reschedules == 9) is holds


def test_the_day_is_that_of_the_hall_and_a_holiday_is_the_studio_s() -> None:
    far = hall(timezone="Asia/Vladivostok")
    holiday = DateOverride(id=far.id, first_day=date(2026, 12, 3), last_day=date(2026, 12, 3), holiday=True)
    late = slot(2, WEDNESDAY_NOON + 6 * HOUR)  # Past midnight in Vladivostok.
    only = rule("it", holidays="only", max_reschedules=9)

    assert sold(only, halls=(far,), during=late, days=StudioDays([holiday])).max_reschedules == 9
    assert sold(only, halls=(far,), during=slot(2), days=StudioDays([holiday])).max_reschedules == 1


def test_of_several_halls_the_strictest_says_how_short_a_visit_may_be() -> None:
    floor = hall(min_minutes=120)
    large = rule("Large", hall_ids=[floor.id], min_minutes=240)

    assert sold(large).min_minutes == 60
    both = sold(large, halls=(LOFT, floor))
    assert (both.min_minutes, named(both)) == (240, {"min_minutes": "Large"})
    # A rule may allow shorter visits, too; the other hall's own limit then counts, and no rule is named.
    short = rule("Short", hall_ids=[floor.id], min_minutes=30)
    assert (sold(short, halls=(LOFT, floor)).min_minutes, sold(short, halls=(LOFT, floor)).by) == (60, [])


@each(
    ("fields", "found"),
    [
        ({"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 1)}, ("rules.1.last_day", "before_first_day")),
        ({"from_minutes": 120, "to_minutes": 105}, ("rules.1.to_minutes", "below_shortest")),
        ({"from_hours_before": 24, "under_hours_before": 24}, ("rules.1.under_hours_before", "not_above_first_hours")),
        ({"under_hours_before": 0}, ("rules.1.under_hours_before", "not_above_first_hours")),
        ({"min_minutes": 60, "from_minutes": 60}, ("rules.1.min_minutes", "shortest_by_length")),
        ({"name": "First"}, ("rules.1.name", "repeated_name")),
        ({"refund_tiers": [*STRICT, STRICT[0]]}, ("rules.1.refund_tiers.2.hours_before", "repeated_tier")),
    ],
)
def test_what_contradicts_itself_is_refused_by_its_place(fields: dict[str, Any], found: tuple[str, str]) -> None:
    other = rule(**{"name": "Other", "max_reschedules": 1, **fields})

    (violation,) = rules_violations([rule("First", max_reschedules=1), other])

    assert (violation.field, violation.code) == found
    assert all(violation.text.render(locale, violation.params) for locale in ("en", "ru"))


def test_a_rule_that_sets_nothing_is_no_rule() -> None:
    with pytest.raises(ValueError, match="must set one at least"):
        rule("Empty", weekdays=[6, 7])
