"""What costs nothing is confirmed at once, by whatever way it came to cost nothing."""

from typing import Any
from uuid import uuid4

import pytest

from core.identity import Identity
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.groups import GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from tests.support.booking.prices import money
from tests.support.booking.studio import MANAGER, Studio
from tests.support.booking.terms import HOUR, MONDAY, code, groups, to


def free_hall(studio: Studio) -> Hall:
    hall = studio.hall()
    studio.tariff(hall, amount=0, priority=9)
    return hall


GIFTS: dict[str, dict[str, Any]] = {
    "100 percent": {"percent": 100},
    "gift": {"percent": None, "amount": money(999_999)},
}


@pytest.mark.parametrize("why", ["100 percent", "gift", "free hall"])
def test_an_order_of_nothing_is_confirmed_at_once(studio: Studio, why: str) -> None:
    hall = studio.hall() if why in GIFTS else free_hall(studio)
    extra: dict[str, Any] = {"promo_code": code(studio, **GIFTS[why], max_uses=1).code} if why in GIFTS else {}

    booking = studio.book(hall, MONDAY, **extra)

    assert (booking.status, booking.total.amount, booking.hold_expires_at) == ("confirmed", 0, None)
    assert studio.events()[-2:] == ["booking.created", "booking.confirmed"]
    assert [step.action for step in studio.bookings.history(booking.id)] == ["create", "confirm"]
    assert studio.bookings.payment_terms(booking.id).balance.amount == 0
    studio.clock.advance(hours=1)
    studio.bookings.expire_holds()
    assert studio.bookings.get(booking.id, MANAGER) == booking
    assert studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None).status == "cancelled"
    studio.book(studio.hall(), MONDAY, **extra)


def test_a_hold_that_is_moved_to_a_free_hall_is_confirmed(studio: Studio) -> None:
    booking = studio.book(studio.hall(), MONDAY)

    after = studio.changes.reschedule(booking.id, to(MONDAY, hall_id=free_hall(studio).id), studio.customer, None)
    back = studio.changes.reschedule(after.id, to(MONDAY, hall_id=booking.hall_id), studio.customer, None)

    assert (after.status, after.prepayment.amount) == ("confirmed", 0)
    assert studio.events()[-3:] == ["booking.rescheduled", "booking.confirmed", "booking.rescheduled"]
    assert (back.status, back.prepayment) == ("confirmed", booking.prepayment)


def test_a_free_series_is_confirmed(studio: Studio) -> None:
    hall = free_hall(studio)
    items = [GroupItem(hall_id=hall.id, start=MONDAY + HOUR * hour, end=MONDAY + HOUR * (hour + 1)) for hour in (0, 3)]

    group = groups(studio).create(GroupRequest(items=items), studio.customer, None)
    shifted = groups(studio).shift(group.id, GroupShiftRequest(minutes=60), studio.customer, None)

    assert {booking.status for booking in (*group.bookings, *shifted.bookings)} == {"confirmed"}


def test_a_free_slot_of_the_waitlist_is_theirs_at_once(studio: Studio) -> None:
    hall, who = free_hall(studio), Identity(str(uuid4()), Role.CLIENT)
    taken = studio.book(hall, MONDAY)
    join: dict[str, Any] = {"hall_id": hall.id, "start": MONDAY, "end": MONDAY + 2 * HOUR}
    studio.waitlist.join(WaitlistRequest.model_validate(join), who, None)

    studio.bookings.cancel(taken.id, CancelRequest(), studio.customer, None)

    (entry,) = studio.waitlist.page(WaitlistQuery(), who).data
    assert entry.status == "accepted" and entry.booking_id
    assert studio.bookings.get(entry.booking_id, who).status == "confirmed"
    assert studio.events()[-2:] == ["booking.created", "booking.confirmed"]
