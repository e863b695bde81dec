"""Packages, tiers by day and hour, prices by how soon it is and around birthdays: which of them a visit gets."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest

from booking.prices.choosing import is_near
from booking.prices.price_list import price_list_violations
from shared_schemas.booking.changes import AmendRequest, ExtendRequest
from shared_schemas.booking.prices import BirthdayRule, Price
from shared_schemas.booking.quotes import SlotRequest
from tests.support.booking.in_memory import HOUR, MemoryStudio
from tests.support.booking.made import hall, tariff
from tests.support.booking.prices import (
    WEDNESDAY_NOON,
    crowd,
    notice,
    package,
    price_list,
    priced,
    slot,
    tier,
)
from tests.support.booking.terms import to
from tests.support.runs.table import each

LOFT = hall()
DAY = timedelta(days=1)
FEAST = BirthdayRule(percent_off=20)


def steps(price: Price) -> list[tuple[str, str, int]]:
    return [(step.kind, step.name, step.amount.amount) for step in price.adjustments]


def total(during: Any, hours: float = 3, people: int = 1, visit: Any = None, **lists: Any) -> int:
    prices = price_list(tariff(100_000), **lists)
    return priced(prices, slot(hours, during), LOFT, people=people, **(visit or {})).total.amount


def test_a_package_is_an_exact_price_for_an_exact_length() -> None:
    packages = [package(180, 270_000), package(600, 700_000)]

    price = priced(price_list(tariff(100_000), packages=packages), slot(3), LOFT)

    assert (price.total.amount, steps(price)) == (270_000, [("package", "180 min", -30_000)])
    assert [line.amount.amount for line in price.lines] == [300_000]
    assert total(WEDNESDAY_NOON, 2.75, packages=packages) == 275_000
    assert total(WEDNESDAY_NOON, 3.25, packages=packages) == 325_000
    assert total(WEDNESDAY_NOON, 0.5, packages=[package(30, 90_000)]) == 90_000


def test_a_package_has_no_discount_for_its_length_but_all_others() -> None:
    lists = {
        "packages": [package(180, 270_000)],
        "durations": [tier(120, 50)],
        "headcount": [crowd(5, percent=10)],
        "notices": [notice(same_day=True, percent_off=20)],
        "birthdays": [FEAST],
    }
    prices = price_list(tariff(100_000), **lists)
    visit: dict[str, Any] = {"sold_at": WEDNESDAY_NOON - HOUR, "birthday": "12-05"}

    price = priced(prices, slot(3), LOFT, people=5, **visit)

    assert steps(price) == [
        ("package", "180 min", -30_000),
        ("headcount", LOFT.name, 27_000),
        ("notice", "Soon", -59_400),
        ("birthday", "Birthday", -47_520),
    ]
    assert price.total.amount == 190_080


@each(
    ("when", "hour", "holds"),
    [
        ({"weekdays": [3]}, 12, True),
        ({"weekdays": [1, 2, 4, 5, 6, 7]}, 12, False),
        ({"first_day": date(2026, 12, 3)}, 12, False),
        ({"purposes": ["event"]}, 12, False),
        ({"hall_id": hall().id}, 12, False),
        ({"starts": "12:00", "ends": "15:00"}, 12, True),
        ({"starts": "12:00", "ends": "14:45"}, 12, False),
        ({"starts": "12:15", "ends": "18:00"}, 12, False),
        ({"starts": "22:00", "ends": "02:00"}, 23, True),
        ({"starts": "22:00", "ends": "01:45"}, 23, False),
        ({"starts": "22:00", "ends": "04:00"}, 21.75, False),
        ({"starts": "22:00", "ends": "04:00"}, 1, True),
        ({"starts": "10:00", "ends": "24:00"}, 21, True),
    ],
)
def test_packages_and_tiers_are_for_days_hours_and_purposes(when: dict[str, Any], hour: float, holds: bool) -> None:
    start = WEDNESDAY_NOON + (hour - 12) * HOUR

    assert (total(start, packages=[package(180, 200_000, **when)]) == 200_000) is holds
    assert (total(start, durations=[tier(180, 50, **when)]) == 150_000) is holds


def test_the_hall_s_own_package_comes_first_then_the_one_that_says_more() -> None:
    general, weekday = package(180, 200_000), package(180, 220_000, weekdays=[3])
    own = package(180, 240_000, hall_id=LOFT.id)

    assert total(WEDNESDAY_NOON, packages=[general, weekday, own]) == 240_000
    assert total(WEDNESDAY_NOON, packages=[general, weekday]) == 220_000


def test_the_longest_tier_counts_whatever_another_says_of_days() -> None:
    tiers = [tier(120, 10, weekdays=[3]), tier(180, 5), tier(180, 7, weekdays=[3])]

    assert total(WEDNESDAY_NOON, durations=tiers) == 279_000
    assert total(WEDNESDAY_NOON + DAY, durations=tiers) == 285_000


@each(
    ("rule", "ahead", "percent"),
    [
        ({"same_day": True, "percent_off": 20}, 12 * HOUR, -20),
        ({"same_day": True, "percent_off": 20}, 12.25 * HOUR, 0),
        ({"under_hours_before": 24, "percent_off": 20}, 24 * HOUR, 0),
        ({"under_hours_before": 24, "percent_off": 20}, 24 * HOUR - timedelta(seconds=1), -20),
        ({"under_hours_before": 2, "percent_more": 30}, HOUR, 30),
        ({"from_hours_before": 720, "percent_off": 10}, 30 * DAY, -10),
        ({"from_hours_before": 720, "percent_off": 10}, 30 * DAY - timedelta(seconds=1), 0),
        ({"under_hours_before": 24, "percent_off": 20, "weekdays": [1]}, HOUR, 0),
    ],
)
def test_how_soon_it_is_has_a_price(rule: dict[str, Any], ahead: timedelta, percent: int) -> None:
    found = total(
        WEDNESDAY_NOON, 1, visit={"sold_at": (WEDNESDAY_NOON - ahead).astimezone(UTC)}, notices=[notice(**rule)]
    )

    assert found == 100_000 + 1000 * percent


def test_the_soonest_rule_counts_and_nothing_is_soon_for_who_does_not_say_when() -> None:
    rules = [
        notice(under_hours_before=72, percent_off=5),
        notice(same_day=True, percent_off=20),
        notice(under_hours_before=24, percent_off=10),
    ]

    def price(ahead: timedelta) -> int:
        return total(WEDNESDAY_NOON, 1, visit={"sold_at": WEDNESDAY_NOON - ahead}, notices=rules)

    assert [price(ahead) for ahead in (HOUR, 13 * HOUR, 2 * DAY, 4 * DAY)] == [80_000, 90_000, 95_000, 100_000]
    assert total(WEDNESDAY_NOON, 1, notices=rules) == 100_000


@each(
    ("birthday", "day", "near"),
    [
        ("12-05", date(2026, 12, 2), True),
        ("12-06", date(2026, 12, 2), False),
        ("11-29", date(2026, 12, 2), True),
        ("01-02", date(2026, 12, 30), True),
        ("12-30", date(2027, 1, 2), True),
        ("02-29", date(2027, 2, 25), True),
        ("02-29", date(2027, 3, 4), False),
        ("02-29", date(2028, 3, 3), True),
    ],
)
def test_a_birthday_is_near_over_the_end_of_a_year_too(birthday: str, day: date, near: bool) -> None:
    assert is_near(birthday, day, 3) is near


def test_of_several_the_one_for_the_fewest_days_counts() -> None:
    rules = [BirthdayRule(days=30, percent_off=5), FEAST]

    assert total(WEDNESDAY_NOON, 1, visit={"birthday": "12-05"}, birthdays=rules) == 80_000
    assert total(WEDNESDAY_NOON, 1, visit={"birthday": "12-24"}, birthdays=rules) == 95_000
    assert total(WEDNESDAY_NOON, 1, birthdays=rules) == 100_000


@each("wrong", ["02-30", "13-01", "2000-12-24", "12-32", "00-10", "1-1"])
def test_a_birthday_is_a_day_of_a_year(wrong: str) -> None:
    values = {"hall_id": LOFT.id, "start": WEDNESDAY_NOON, "end": WEDNESDAY_NOON + HOUR, "birthday": wrong}

    with pytest.raises(ValueError, match="birthday"):
        SlotRequest.model_validate(values)


@pytest.fixture
def studio() -> MemoryStudio:
    """It is nine in the morning of the day before."""
    studio = MemoryStudio()
    lists = {
        "packages": [package(180, 500_000)],
        "notices": [notice(under_hours_before=12, percent_off=20)],
        "birthdays": [FEAST],
    }
    studio.memory.state.tariffs = price_list(tariff(200_000), **lists)
    policy = studio.memory.state.policy
    studio.memory.state.policy = policy.model_copy(update={"reschedule_hours_before": 0, "max_reschedules": 9})
    return studio


def test_how_soon_it_is_counts_since_it_was_sold(studio: MemoryStudio) -> None:
    sold = studio.paid()
    assert (sold.total.amount, sold.priced_at) == (400_000, studio.clock.now())

    studio.clock.go_to(WEDNESDAY_NOON - 2 * HOUR)
    longer = studio.changes.extend(sold.id, ExtendRequest(minutes=60), studio.customer, None)
    moved = studio.changes.reschedule(sold.id, to(WEDNESDAY_NOON + HOUR, 2), studio.customer, None)
    more = studio.changes.amend(sold.id, AmendRequest(people=3), studio.customer, None)

    # Three hours are a package; what is moved is sold again, and what is corrected is not.
    assert [one.total.amount for one in (longer, moved, more)] == [500_000, 320_000, 320_000]


def test_a_birthday_is_not_kept_and_counts_on_where_the_visit_stays(studio: MemoryStudio) -> None:
    sold = studio.paid(birthday="12-04")
    more = studio.changes.amend(sold.id, AmendRequest(people=3), studio.customer, None)

    assert (sold.total.amount, more.total.amount) == (320_000, 320_000)
    assert "12-04" not in sold.model_dump_json()

    again = to(WEDNESDAY_NOON + DAY, 2, birthday="12-04")
    kept = studio.changes.reschedule(sold.id, again, studio.customer, None)
    far = studio.changes.reschedule(sold.id, to(WEDNESDAY_NOON + 9 * DAY, 2, birthday="12-04"), studio.customer, None)
    assert (kept.total.amount, kept.dropped) == (320_000, [])
    assert (far.total.amount, [(one.field, one.code) for one in far.dropped]) == (
        400_000,
        [("birthday", "birthday_other_days")],
    )


def test_a_move_without_the_birthday_says_what_it_lost(studio: MemoryStudio) -> None:
    sold = studio.paid(birthday="12-04")

    moved = studio.changes.reschedule(sold.id, to(WEDNESDAY_NOON + DAY, 2), studio.customer, None)

    assert [(one.field, one.name, one.code) for one in moved.dropped] == [("birthday", "Birthday", "birthday_not_said")]


@each(
    ("lists", "found"),
    [
        ({"packages": [package(60, 0)]}, ("packages.0.price", "free_package")),
        ({"packages": [package(60, 1), package(60, 2)]}, ("packages.1.minutes", "repeated_package")),
        ({"packages": [package(180, 1, starts="10:00", ends="12:45")]}, ("packages.0.ends", "longer_than_its_hours")),
        (
            {"packages": [package(60, 1, first_day=date(2026, 12, 2), last_day=date(2026, 12, 1))]},
            ("packages.0.last_day", "before_first_day"),
        ),
        (
            {"durations": [tier(60, 1, weekdays=[1]), tier(60, 2, weekdays=[1])]},
            ("durations.1.from_minutes", "repeated_threshold"),
        ),
        ({"notices": [notice(percent_off=1)]}, ("notices.0.same_day", "no_notice")),
        (
            {"notices": [notice(percent_off=1, from_hours_before=24, under_hours_before=24)]},
            ("notices.0.under_hours_before", "not_above_first_hours"),
        ),
        (
            {"birthdays": [BirthdayRule(percent_off=1, first_day=date(2026, 12, 2), last_day=date(2026, 12, 1))]},
            ("birthdays.0.last_day", "before_first_day"),
        ),
    ],
)
def test_what_contradicts_itself_is_refused_by_its_place(lists: dict[str, Any], found: tuple[str, str]) -> None:
    (violation,) = price_list_violations(price_list(tariff(), **lists))

    assert (violation.field, violation.code) == found
    assert all(violation.text.render(locale, violation.params) for locale in ("en", "ru"))


def test_packages_for_different_visits_are_different_packages() -> None:
    packages = [package(60, 1), package(60, 2, weekdays=[6, 7]), package(60, 3, purposes=["event"]),
                package(60, 4, hall_id=LOFT.id), package(60, 5, starts="08:00", ends="10:00")]  # fmt: skip

    assert price_list_violations(price_list(tariff(), packages=packages)) == []
    assert notice(same_day=True, percent_off=1).percent_more is None
    with pytest.raises(ValueError, match="takes off"):
        notice(same_day=True)
