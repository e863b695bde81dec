"""When a promo code may be used."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.extras.promo_codes import promo_violations
from booking.hours.domain import StudioDays
from booking.hours.holidays import public_holiday
from tests.support.booking.made import hall
from tests.support.booking.prices import WEDNESDAY_NOON, promo_code, slot
from tests.support.clock import NOW

SECOND = timedelta(seconds=1)


def codes(visit: Any = None, halls: Any = None, **changes: Any) -> list[str]:
    found = promo_violations(promo_code(**changes), halls or [hall()], visit or slot(1), NOW)
    assert all(violation.field == "promo_code" for violation in found)
    return [violation.code for violation in found]


def test_a_code_without_limits_holds_always() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        ({"active": False}, ["promo_inactive"]),
        ({"valid_from": NOW}, []),
        ({"valid_from": NOW + SECOND}, ["promo_not_yet"]),
        ({"valid_to": NOW + SECOND}, []),
        ({"valid_to": NOW}, ["promo_expired"]),
        ({"first_day": date(2026, 12, 2), "last_day": date(2026, 12, 2)}, []),
        ({"first_day": date(2026, 12, 3)}, ["promo_other_days"]),
        ({"last_day": date(2026, 12, 1)}, ["promo_other_days"]),
        ({"weekdays": [3]}, []),
        ({"weekdays": [1, 2, 4, 5, 6, 7]}, ["promo_other_weekdays"]),
        ({"weekdays": [1], "last_day": date(2026, 12, 1)}, ["promo_other_days", "promo_other_weekdays"]),
        ({"hall_ids": [uuid4()]}, ["promo_other_hall"]),
        ({"active": False, "valid_to": NOW}, ["promo_inactive", "promo_expired"]),
    ],
)
def test_every_limit_counts(limits: dict[str, Any], refused: list[str]) -> None:
    assert codes(**limits) == refused


def test_a_code_must_hold_in_every_hall_of_an_order() -> None:
    one, other = hall(), hall()

    assert codes(halls=[one, other], hall_ids=[one.id, other.id]) == []
    assert codes(halls=[one, other], hall_ids=[one.id]) == ["promo_other_hall"]


def test_the_day_of_a_visit_is_the_halls() -> None:
    """22:00 in Moscow is the next day in Tokyo."""
    late = slot(1, WEDNESDAY_NOON.replace(hour=22))

    assert codes(late, weekdays=[3]) == []
    assert codes(late, [hall(timezone="Asia/Tokyo")], weekdays=[3]) == ["promo_other_weekdays"]
    assert codes(late, [hall(timezone="Asia/Tokyo")], first_day=date(2026, 12, 3)) == []


@pytest.mark.parametrize(
    ("limits", "en", "ru"),
    [
        (
            {"valid_to": NOW},
            "The code was valid until 2026-12-01T06:00:00+00:00",
            "Промокод действовал до 2026-12-01T06:00:00+00:00",
        ),
        (
            {"valid_from": NOW + SECOND},
            "The code is valid from 2026-12-01T06:00:01+00:00",
            "Промокод действует с 2026-12-01T06:00:01+00:00",
        ),
        (
            {"first_day": date(2026, 12, 3), "last_day": date(2026, 12, 9)},
            "The code is for visits from 2026-12-03 to 2026-12-09",
            "Промокод для визитов с 2026-12-03 по 2026-12-09",
        ),
        (
            {"last_day": date(2026, 12, 1)},
            "The code is for visits to 2026-12-01",
            "Промокод для визитов по 2026-12-01",
        ),
        (
            {"weekdays": [2, 1, 2]},
            "The code is for visits on: Monday, Tuesday",
            "Промокод для визитов по дням: понедельник, вторник",
        ),
    ],
)
def test_a_refusal_says_what_is_allowed_in_both_languages(limits: dict[str, Any], en: str, ru: str) -> None:
    (found,) = promo_violations(promo_code(**limits), [hall()], slot(1), NOW)

    assert (found.text.render("en", found.params), found.text.render("ru", found.params)) == (en, ru)


def test_a_refusal_tells_programs_what_is_allowed() -> None:
    one, other, allowed = hall(name="Loft"), hall(name="Attic"), uuid4()
    promo = promo_code(hall_ids=[allowed, other.id], first_day=date(2026, 12, 3), weekdays=[7, 1])

    found = promo_violations(promo, [one, other], slot(1), NOW)

    assert [(violation.code, violation.params) for violation in found] == [
        ("promo_other_hall", {"halls": "Loft", "allowed_hall_ids": [str(allowed), str(other.id)]}),
        ("promo_other_days", {"first_day": "2026-12-03"}),
        ("promo_other_weekdays", {"weekdays": [1, 7]}),
    ]
    assert found[0].text.render("ru", found[0].params) == "Промокод не действует в залах: Loft"


def test_a_working_saturday_is_the_weekday_for_which_it_is_worked() -> None:
    """20 February 2027 in Russia, for the Monday after it."""
    saturday = slot(1, datetime(2027, 2, 20, 12, tzinfo=UTC))
    days = StudioDays([], public_holiday)
    for weekdays, fits in (([1, 2, 3, 4], True), ([6, 7], False)):
        found = promo_violations(promo_code(weekdays=weekdays), [hall()], saturday, NOW, days=days)
        assert (found == []) is fits
