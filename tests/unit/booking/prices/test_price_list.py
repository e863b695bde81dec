"""Price lists and promo codes that make no sense are refused, each fault by its place."""

from datetime import date, timedelta
from uuid import uuid4

from booking.extras.promo_codes import promo_code_violations
from booking.prices.price_list import halls_of, price_list_violations, rule_violations
from shared_schemas.errors import Violation
from tests.support.booking.made import tariff
from tests.support.booking.prices import crowd, price_list, promo_code, tier
from tests.support.clock import NOW


def places(found: list[Violation]) -> list[tuple[str, str, dict[str, object]]]:
    return [(violation.field, violation.code, violation.params) for violation in found]


def test_a_sensible_price_list_passes() -> None:
    hall_id = uuid4()
    rules = [tariff(first_day=date(2026, 12, 1), last_day=date(2026, 12, 1)), tariff(hall_id=hall_id)]
    crowds = [crowd(5, percent=1), crowd(5, percent=1, hall_id=hall_id), crowd(6, percent=1)]
    tiers = [tier(60, 1), tier(60, 1, hall_id=hall_id), tier(75, 1)]

    assert price_list_violations(price_list(*rules, headcount=crowds, durations=tiers)) == []


def test_a_season_does_not_end_before_it_begins() -> None:
    season = tariff(first_day=date(2026, 12, 2), last_day=date(2026, 12, 1))

    assert places(rule_violations(season)) == [("last_day", "before_first_day", {"min": "2026-12-02"})]
    assert [found.field for found in price_list_violations(price_list(tariff(), season))] == ["rules.1.last_day"]


def test_a_rule_has_an_id_of_its_own() -> None:
    rule = tariff()

    found = price_list_violations(price_list(rule, tariff(), rule))

    assert places(found) == [("rules.2.id", "repeated_id", {"id": str(rule.id)})]


def test_a_threshold_is_there_once_for_a_hall() -> None:
    hall_id = uuid4()
    crowds = [crowd(5, percent=1), crowd(5, percent=2)]
    tiers = [tier(60, 1, hall_id=hall_id), tier(90, 1), tier(60, 2, hall_id=hall_id)]

    assert places(price_list_violations(price_list(headcount=crowds, durations=tiers))) == [
        ("headcount.1.from_people", "repeated_threshold", {"threshold": 5}),
        ("durations.2.from_minutes", "repeated_threshold", {"threshold": 60}),
    ]


def test_a_promo_code_can_be_used_at_some_time() -> None:
    days = promo_code(first_day=date(2026, 12, 2), last_day=date(2026, 12, 1))

    assert promo_code_violations(promo_code(valid_from=NOW, valid_to=NOW + timedelta(seconds=1))) == []
    assert places(promo_code_violations(promo_code(valid_from=NOW, valid_to=NOW))) == [
        ("valid_to", "not_after_valid_from", {"after": NOW.isoformat()})
    ]
    assert [found.field for found in promo_code_violations(days)] == ["last_day"]


def test_every_part_names_its_hall() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    prices = price_list(
        tariff(),
        tariff(hall_id=one),
        headcount=[crowd(5, percent=1, hall_id=two)],
        durations=[tier(60, 1), tier(60, 1, hall_id=three)],
    )

    assert halls_of(prices) == [one, two, three]
