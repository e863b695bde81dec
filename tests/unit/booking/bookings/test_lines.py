"""Lines by hand, without a database."""

from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from booking.bookings.domain.booking import changed
from booking.bookings.domain.terms import payment_terms, sold_lines
from booking.bookings.errors import DiscountTooLargeError, InvalidTransitionError, LineNotFoundError
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, ExtendRequest, LineRequest, LineUndoRequest
from tests.support.booking.in_memory import MANAGER, MemoryStudio

AGAIN = LineUndoRequest(reason="it was somebody else")


@pytest.fixture
def studio() -> MemoryStudio:
    return MemoryStudio()


def add(studio: MemoryStudio, booking: Booking, amount: int, key: IdempotencyKey | None = None) -> Booking:
    request = LineRequest.model_validate({"name": "Overtime", "amount": {"amount": amount}, "reason": "by the clock"})
    return studio.lines.add(booking.id, request, MANAGER, key)


def line_of(booking: Booking) -> UUID:
    found = booking.adjustments[-1].line_id
    assert found
    return found


def explained(booking: Booking) -> int:
    by_hand = sum(found.amount.amount for found in booking.adjustments)
    return sum(line.amount.amount for line in booking.lines) + by_hand


def paid_in_full(studio: MemoryStudio) -> Booking:
    booking = studio.paid()
    with studio.memory.begin() as work:
        after = changed(booking, paid=booking.total)
        work.bookings.update(booking, after)
        work.commit()
    return after


def test_a_surcharge_at_the_door_is_due(studio: MemoryStudio) -> None:
    booking = studio.paid()

    after = add(studio, booking, 50_000)

    assert (after.total.amount, after.prepayment.amount, after.status) == (450_000, 225_000, "confirmed")
    assert explained(after) == after.total.amount
    assert (after.adjustments[-1].kind, after.adjustments[-1].name) == ("by_hand", "Overtime")
    assert payment_terms(after).balance.amount == 250_000
    assert studio.events()[-1] == "booking.amended"
    last = studio.memory.state.trail[booking.id][-1]
    assert (last.action, last.reason, last.actor) == ("add_line", "by the clock", MANAGER.subject)
    assert [(line.name, line.amount.amount) for line in sold_lines(after)][1:] == [("Overtime", 50_000)]
    assert sold_lines(after)[0].amount.amount == 400_000


def test_what_a_discount_leaves_paid_too_much_goes_back_whole(studio: MemoryStudio) -> None:
    """Whatever the terms of a cancellation say: nobody has called anything off."""
    booking = paid_in_full(studio)

    after = add(studio, booking, -100_000)

    assert (after.total.amount, after.refund_due.amount) == (300_000, 100_000)
    assert [line.amount.amount for line in sold_lines(after)] == [300_000]
    event = studio.memory.state.events[-1]
    assert (event.refund.amount, event.previous_total.amount) == (100_000, 400_000)  # type: ignore[attr-defined]


def test_a_hold_that_a_discount_leaves_nothing_to_pay_for_is_confirmed(studio: MemoryStudio) -> None:
    assert add(studio, studio.sell(), -400_000).status == "confirmed"


def test_a_line_is_taken_back_with_all_that_came_of_it(studio: MemoryStudio) -> None:
    booking = studio.paid()
    lined = add(studio, add(studio, booking, 50_000), -20_000)
    surcharge = next(found.line_id for found in lined.adjustments if found.amount.amount > 0)
    assert surcharge

    after = studio.lines.undo(booking.id, surcharge, AGAIN, MANAGER, None)

    assert (after.total.amount, after.prepayment.amount) == (380_000, 190_000)
    with pytest.raises(LineNotFoundError):
        studio.lines.undo(booking.id, surcharge, AGAIN, MANAGER, None)
    plain = studio.lines.undo(booking.id, line_of(after), AGAIN, MANAGER, None)
    assert (plain.total, plain.prepayment, plain.adjustments) == (booking.total, booking.prepayment, [])


def test_a_line_outlasts_other_changes(studio: MemoryStudio) -> None:
    booking = add(studio, add(studio, studio.paid(), -100_000), 30_000)

    longer = studio.changes.extend(booking.id, ExtendRequest(minutes=60), MANAGER, None)
    more = studio.changes.amend(booking.id, AmendRequest(people=3), MANAGER, None)

    assert longer.total.amount == more.total.amount == 600_000 - 70_000
    assert explained(more) == more.total.amount
    assert sum(line.amount.amount for line in sold_lines(more)) == more.total.amount


def test_a_discount_is_no_more_than_the_price(studio: MemoryStudio) -> None:
    booking = add(studio, studio.paid(), 1)
    with pytest.raises(DiscountTooLargeError) as caught:
        add(studio, booking, -400_002)
    assert caught.value.params == {"most": 400_001}
    free = add(studio, booking, -400_001)
    assert (free.total.amount, free.prepayment.amount, sold_lines(free)) == (0, 0, [])


@pytest.mark.parametrize("amount", [0, 10**9 + 1, -(10**9) - 1])
def test_a_line_is_of_a_sum(amount: int) -> None:
    with pytest.raises(ValidationError, match="other than zero"):
        LineRequest.model_validate({"name": "Overtime", "amount": {"amount": amount}, "reason": "by the clock"})


def become(studio: MemoryStudio, status: str) -> Booking:
    booking = studio.paid()
    with studio.memory.begin() as work:
        work.bookings.update(booking, changed(booking, status=status))
        work.commit()
    return booking


def test_overtime_may_be_found_out_after_the_visit(studio: MemoryStudio) -> None:
    assert add(studio, become(studio, "completed"), 1).total.amount == 400_001


@pytest.mark.parametrize("status", ["cancelled", "expired", "no_show"])
def test_nothing_is_added_to_what_nobody_owes(studio: MemoryStudio, status: str) -> None:
    with pytest.raises(InvalidTransitionError):
        add(studio, become(studio, status), 1)


def test_a_repeated_request_adds_one_line(studio: MemoryStudio) -> None:
    booking, key = studio.paid(), IdempotencyKey(MANAGER.subject, "POST", str(uuid4()), "body")
    assert [add(studio, booking, 100, key).total.amount for _ in range(2)] == [400_100, 400_100]
