"""Of a change, only what is new in it is judged, and worse; and its preview says what the act says."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

import pytest

from booking.bookings.errors import InvalidTransitionError, VisitBegunError
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest
from shared_schemas.booking.extras import AddOnOrder
from shared_schemas.booking.halls import Hall, HallChanges
from shared_schemas.booking.hours import DateOverrideRequest
from tests.support.booking.made import hours
from tests.support.booking.prices import money
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.terms import AGREED, HOUR, MONDAY, order, refusals, thing, to

ALLOWED: dict[str, tuple[dict[str, Any], dict[str, Any], datetime, float]] = {
    "too_many_people": ({}, {"people": 12}, MONDAY, 2),
    "too_short": ({"min_minutes": 120}, {}, MONDAY, 1),
    "too_long": ({"max_minutes": 60}, {}, MONDAY, 2),
    "closed": ({}, {}, MONDAY - 4 * HOUR, 2),
    "start_not_allowed": ({"start_step_minutes": 60}, {}, MONDAY + 0.25 * HOUR, 2),
    "too_soon": ({"notice_minutes": 90 * 24 * 60}, {}, MONDAY, 2),
    "too_far_ahead": ({"horizon_days": 1}, {}, MONDAY, 2),
}
"""Of each rule that staff may set aside: the hall, the order, the start and the hours that break it."""


@pytest.fixture(params=ALLOWED)
def agreed(request: pytest.FixtureRequest, studio: Studio) -> tuple[str, Hall, Booking]:
    """What is against a rule, and was sold on the word of staff."""
    rules, wish, start, length = ALLOWED[request.param]
    hall = studio.hall(**rules)
    assert request.param in refusals(lambda: studio.book(hall, start, length, **wish))
    sold = studio.request(hall, start, length, customer_id=studio.customer.user_id, **wish, **AGREED)
    return request.param, hall, studio.bookings.create(sold, MANAGER, None)


def test_what_staff_allowed_once_blocks_no_later_correction(studio: Studio, agreed: tuple[str, Hall, Booking]) -> None:
    _, _, booking = agreed

    after = studio.changes.amend(booking.id, AmendRequest(comment="With a dog"), studio.customer, None)
    assert (after.comment, after.total, after.people) == ("With a dog", booking.total, booking.people)
    fewer = AmendRequest(people=max(booking.people - 1, 1), add_ons=order(thing(studio)))
    assert studio.changes.amend(booking.id, fewer, studio.customer, None).people == fewer.people


def test_what_staff_allowed_once_is_still_judged_where_it_gets_worse(
    studio: Studio, agreed: tuple[str, Hall, Booking]
) -> None:
    rule, hall, booking = agreed
    change, caller = studio.changes, studio.customer
    length = (booking.end - booking.start) / HOUR
    other = studio.hall(**ALLOWED[rule][0])

    def moved(start: datetime, hours: float = length, **changes: Any) -> list[str]:
        return refusals(lambda: change.reschedule(booking.id, to(start, hours, **changes), caller, None))

    worse = {
        "too_many_people": lambda: refusals(
            lambda: change.amend(booking.id, AmendRequest(people=13), caller, None)
        ),
        "too_short": lambda: moved(booking.start, 0.5),
        "too_long": lambda: refusals(lambda: change.extend(booking.id, ExtendRequest(minutes=15), caller, None)),
        "closed": lambda: moved(booking.start - HOUR),
        "start_not_allowed": lambda: moved(booking.start + 0.5 * HOUR),
        "too_soon": lambda: moved(booking.start + HOUR),
        "too_far_ahead": lambda: moved(booking.start + HOUR),
    }  # fmt: skip

    assert worse[rule]() == [rule]
    # Another hall has never been agreed on.
    assert rule in moved(booking.start, hall_id=other.id)
    assert studio.bookings.get(booking.id, MANAGER) == booking
    assert studio.claims(hall) == 1


@pytest.mark.parametrize("rule", ["too_many_people", "too_short", "closed"])
def test_what_gets_better_or_stays_as_it_was_may_be_changed(studio: Studio, rule: str) -> None:
    rules, wish, start, length = ALLOWED[rule]
    hall = studio.hall(**rules)
    sold = studio.request(hall, start, length, customer_id=studio.customer.user_id, **wish, **AGREED)
    booking = studio.bookings.create(sold, MANAGER, None)

    # The hall opens at 9: what is added here is within its hours.
    studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None)
    after = studio.changes.reschedule(booking.id, to(start + HOUR, length + 1), studio.customer, None)

    assert after.start == start + HOUR


def test_a_hall_that_became_smaller_later_counts_no_more_than_a_word(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall, MONDAY, people=5)
    studio.halls.change(hall.id, HallChanges(capacity=3, opening_hours=hours(time(15), time(16))))

    studio.changes.amend(booking.id, AmendRequest(comment="x", people=4), studio.customer, None)
    assert refusals(
        lambda: studio.changes.reschedule(booking.id, to(MONDAY - HOUR), studio.customer, None)
    ) == ["closed"]  # fmt: skip


def test_what_changes_nothing_is_nothing(studio: Studio) -> None:
    """A repeat without a key: no version, no event, no use of the client's only move, no price of today."""
    hall = studio.hall()
    booking = studio.paid(hall, MONDAY, add_ons=order(thing(studio), 2))
    told = len(studio.broker.taken)
    studio.tariff(hall, amount=900_000, priority=9)

    same = AmendRequest(people=booking.people, add_ons=[AddOnOrder(id=booking.add_ons[0].id, quantity=2)])
    assert studio.changes.amend(booking.id, same, studio.customer, None) == booking
    assert studio.changes.amend(booking.id, AmendRequest(), studio.customer, None) == booking
    assert studio.changes.reschedule(booking.id, to(MONDAY), studio.customer, None) == booking
    assert studio.changes.preview_reschedule(booking.id, to(MONDAY), studio.customer).difference.amount == 0
    assert len(studio.broker.taken) == told


def test_time_that_is_theirs_keeps_its_price_when_it_is_extended(studio: Studio) -> None:
    """Also where the day became a holiday since, and the price list says more of holidays."""
    hall = studio.hall()
    studio.tariff(hall, amount=800_000, holidays="only", priority=5)
    booking = studio.book(hall, MONDAY)
    day = MONDAY.date()
    exception = DateOverrideRequest(hall_id=hall.id, first_day=day, last_day=day, holiday=True)
    studio.app.overrides.add(exception, "manager", None)

    assert studio.changes.amend(booking.id, AmendRequest(people=2), studio.customer, None).total == booking.total
    longer = studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None)
    assert [line.amount.amount for line in longer.lines] == [400_000, 800_000]


def test_the_preview_of_a_cancellation_refuses_what_the_act_would(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), START)
    studio.bookings.cancellation_preview(booking.id, studio.customer)

    studio.clock.advance(days=1, hours=4)
    with pytest.raises(VisitBegunError):
        studio.bookings.cancellation_preview(booking.id, studio.customer)
    studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)
    with pytest.raises(InvalidTransitionError):
        studio.bookings.cancellation_preview(booking.id, MANAGER)


def test_the_preview_of_a_move_says_what_goes_back(studio: Studio) -> None:
    booking = studio.book(studio.hall(), MONDAY)
    studio.pay(booking, uuid4(), amount=400_000)

    preview = studio.changes.preview_reschedule(booking.id, to(MONDAY, 1), studio.customer)
    after = studio.changes.reschedule(booking.id, to(MONDAY, 1), studio.customer, None)

    assert preview.refund == after.refund_due == money(200_000)
