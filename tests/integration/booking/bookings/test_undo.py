"""Slips at the desk are undone, with what followed from them: time, money, prepayment, and what others are told."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.app import api
from booking.bookings.errors import NothingToUndoError
from booking.calendar.errors import SlotTakenError
from booking.extras.errors import AddOnOutOfStockError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, ReasonRequest, UndoRequest
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.customers import PrepaymentRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.waitlist import WaitlistRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.terms import code, order, thing
from tests.support.rest import ask

pytestmark = pytest.mark.usefixtures("default_policy", "books_in_order")

HOUR = timedelta(hours=1)
NO_REASON = ReasonRequest()
SLIP = UndoRequest(reason="The wrong line")


def undo(studio: Studio, booking: Booking, key: IdempotencyKey | None = None) -> Booking:
    return studio.app.undoing.undo(booking.id, SLIP, MANAGER, key)


def begun(studio: Studio, ahead: float = 0.5) -> Booking:
    """A visit that is paid for, some time after its start."""
    booking = studio.paid(studio.hall())
    studio.clock.go_to(booking.start + ahead * HOUR)
    return booking


def missed(studio: Studio, booking: Booking) -> Booking:
    return studio.visits.no_show(booking.id, NO_REASON, MANAGER)


def cancelled(studio: Studio, booking: Booking, percent: int = 100) -> Booking:
    return studio.bookings.cancel(booking.id, CancelRequest(refund_percent=percent, reason="slip"), MANAGER, None)


def percent(studio: Studio) -> tuple[int, int | None]:
    known = studio.app.customers.get(studio.customer.user_id)
    return known.no_shows, known.prepayment_percent


def test_a_no_show_undone_has_its_time_its_money_and_no_consequence(studio: Studio) -> None:
    booking = begun(studio)
    before = studio.bookings.get(booking.id, MANAGER)
    gone = missed(studio, booking)
    assert percent(studio) == (1, 100)

    back = undo(studio, gone)

    assert (back.status, back.version) == ("confirmed", gone.version + 1)
    assert (back.paid, back.refund_due, back.total) == (before.paid, before.refund_due, before.total)
    assert percent(studio) == (0, None)
    with pytest.raises(SlotTakenError):
        studio.book(studio.halls.get(booking.hall_id), booking.start + HOUR, hours=1)
    told = studio.broker.taken[-1]
    assert (told.type, told.data["undone"], told.data["status"]) == ("booking.reinstated", "no_show", "confirmed")
    assert told.data["booking_version"] == back.version
    step = studio.bookings.history(booking.id)[-1]
    assert (step.action, step.reason, step.actor) == ("undo", SLIP.reason, MANAGER.subject)
    assert SLIP.reason not in str(told.data)
    # Who came late is checked in, and the visit goes on as any other.
    assert studio.visits.check_in(booking.id, NO_REASON, MANAGER).status == "in_progress"


def test_who_did_not_miss_a_visit_that_is_over_was_there(studio: Studio) -> None:
    booking = begun(studio, ahead=3)
    back = undo(studio, missed(studio, booking))
    assert (back.status, back.open_until) == ("completed", None)
    assert studio.claims(studio.halls.get(booking.hall_id)) == 1


def test_what_staff_asked_in_advance_before_a_no_show_is_asked_again(studio: Studio) -> None:
    booking = begun(studio)
    studio.app.customers.set_prepayment(studio.customer.user_id, PrepaymentRequest(percent=70))
    undo(studio, missed(studio, booking))
    assert percent(studio) == (0, 70)


def test_another_no_show_goes_on_to_count(studio: Studio) -> None:
    one, other = begun(studio), studio.paid(studio.hall(), START + 4 * HOUR)
    gone = missed(studio, one)
    studio.clock.go_to(other.start)
    missed(studio, other)
    undo(studio, gone)
    assert percent(studio) == (1, 100)


def test_the_clock_leaves_a_visit_that_was_reopened_to_the_staff_for_a_day(studio: Studio) -> None:
    booking = begun(studio, ahead=3)
    studio.visits.close_ended()
    assert studio.bookings.get(booking.id, MANAGER).status == "completed"

    back = undo(studio, booking)
    assert (back.status, back.open_until) == ("confirmed", studio.clock.now() + 24 * HOUR)
    studio.clock.advance(hours=23)
    studio.visits.close_ended()
    assert studio.bookings.get(booking.id, MANAGER) == back
    studio.clock.advance(hours=1)
    studio.visits.close_ended()
    closed = studio.bookings.get(booking.id, MANAGER)
    assert (closed.status, closed.open_until) == ("completed", None)

    undo(studio, closed)
    assert missed(studio, booking).status == "no_show"


def test_a_visit_is_taken_back_step_by_step(studio: Studio) -> None:
    booking = begun(studio)
    studio.visits.check_in(booking.id, NO_REASON, MANAGER)
    studio.visits.complete(booking.id, NO_REASON, MANAGER)
    assert [undo(studio, booking).status for _ in range(2)] == ["in_progress", "confirmed"]
    with pytest.raises(NothingToUndoError):
        undo(studio, booking)
    assert studio.bookings.history(booking.id)[-1].action == "undo"


def test_nobody_is_a_no_show_by_undoing(studio: Studio) -> None:
    booking = begun(studio, ahead=3)
    undo(studio, missed(studio, booking))
    assert undo(studio, booking).status == "confirmed"
    assert percent(studio) == (0, None)


@pytest.mark.parametrize("share", [0, 50, 100])
def test_a_cancellation_undone_takes_no_promised_money_back(studio: Studio, share: int) -> None:
    booking = studio.paid(studio.hall())
    gone = cancelled(studio, booking, share)

    back = undo(studio, gone)

    assert (back.status, back.paid, back.refund_due) == ("confirmed", gone.paid, gone.refund_due)
    assert back.refund_due.amount == booking.paid.amount * share // 100
    due = studio.bookings.payment_terms(booking.id)
    assert due.due.amount == back.refund_due.amount
    assert due.balance.amount == booking.total.amount - booking.paid.amount + back.refund_due.amount
    # It is paid again, and costs what it cost: nothing of that goes back.
    paid = studio.pay(back, uuid4(), due.balance.amount)
    assert (paid.refund_due, paid.payment_state) == (back.refund_due, "refund_pending" if share else "paid")
    assert cancelled(studio, paid).refund_due.amount == paid.paid.amount


def test_money_from_before_a_cancellation_that_is_told_after_its_undoing_is_kept(studio: Studio) -> None:
    booking = studio.paid(studio.hall())
    back = undo(studio, cancelled(studio, booking))
    late = studio.pay(back, uuid4(), booking.total.amount)
    assert late.refund_due == back.refund_due
    too_much = studio.pay(late, uuid4(), 1_000)
    assert too_much.refund_due.amount == back.refund_due.amount + 1_000


def test_who_has_the_time_by_now_keeps_it_and_alternatives_are_offered(studio: Studio) -> None:
    hall = studio.hall()
    gone = cancelled(studio, studio.paid(hall))
    studio.book(hall, START + HOUR)
    before, told = studio.bookings.get(gone.id, MANAGER), len(studio.broker.taken)

    with pytest.raises(SlotTakenError) as refused:
        undo(studio, gone)

    offered = refused.value.params["alternatives"]
    assert isinstance(offered, list)
    assert {found["hall_id"] for found in offered} >= {str(hall.id)}
    assert studio.bookings.get(gone.id, MANAGER) == before
    assert len(studio.broker.taken) == told


def test_who_waited_for_the_time_keeps_the_offer(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall)
    waiting = Identity(str(uuid4()), Role.CLIENT)
    request = WaitlistRequest(hall_id=hall.id, start=booking.start, end=booking.end)
    studio.waitlist.join(request, waiting, None)
    gone = cancelled(studio, booking)
    with pytest.raises(SlotTakenError):
        undo(studio, gone)


def test_add_ons_that_others_have_by_now_are_theirs(studio: Studio) -> None:
    lamp = thing(studio, stock=1)
    gone = cancelled(studio, studio.paid(studio.hall(), add_ons=order(lamp)))
    other = studio.book(studio.hall(), add_ons=order(lamp))
    with pytest.raises(AddOnOutOfStockError):
        undo(studio, gone)
    studio.bookings.cancel(other.id, CancelRequest(), MANAGER, None)
    assert undo(studio, gone).status == "confirmed"
    with pytest.raises(AddOnOutOfStockError):
        studio.book(studio.hall(), add_ons=order(lamp))


def test_a_promo_code_is_used_once_however_often_a_booking_comes_back(studio: Studio) -> None:
    spring = code(studio, max_uses=2)
    booking = studio.paid(studio.hall(), promo_code=spring.code)
    for _ in range(3):
        undo(studio, cancelled(studio, booking))
    with studio.work() as work:
        assert work.promo_codes.find(spring.code).uses == 1


def test_a_hold_that_was_cancelled_is_booked_again_and_not_undone(studio: Studio) -> None:
    hold = studio.book(studio.hall())
    for booking in (hold, studio.bookings.cancel(hold.id, CancelRequest(), MANAGER, None)):
        with pytest.raises(NothingToUndoError):
            undo(studio, booking)


def test_a_repeated_request_undoes_once(studio: Studio) -> None:
    booking = begun(studio)
    studio.visits.check_in(booking.id, NO_REASON, MANAGER)
    studio.visits.complete(booking.id, NO_REASON, MANAGER)
    key = IdempotencyKey(MANAGER.subject, "POST /v1/bookings/{booking_id}/undo", "once", "the same")
    assert undo(studio, booking, key) == undo(studio, booking, key)
    assert studio.bookings.get(booking.id, MANAGER).status == "in_progress"


def test_of_two_at_once_one_is_refused(studio: Studio) -> None:
    booking = begun(studio)
    gone = missed(studio, booking)
    undo(studio, gone)
    with pytest.raises(NothingToUndoError):
        undo(studio, gone)
    assert percent(studio) == (0, None)


def test_an_automatic_no_show_is_undone_as_well(studio: Studio) -> None:
    studio.policies.replace(PolicyRequest(unattended="no_show"), MANAGER)
    booking = begun(studio, ahead=3)
    studio.visits.close_ended()
    assert studio.bookings.get(booking.id, MANAGER).status == "no_show"
    assert undo(studio, booking).status == "completed"
    assert percent(studio) == (0, None)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "invalid_request"), ({"reason": ""}, "invalid_request"), ({"reason": "x"}, "nothing_to_undo")],
)
def test_the_route_says_why_it_refuses(studio: Studio, body: dict[str, str], code: str) -> None:
    booking = studio.paid(studio.hall())
    refused = ask(api, MANAGER, "POST /v1/bookings/{booking_id}/undo", body, path={"booking_id": booking.id})
    assert refused.code == code


@pytest.mark.usefixtures("served")
def test_the_route_is_for_staff_and_speaks_russian(studio: Studio) -> None:
    booking = begun(studio)
    missed(studio, booking)
    route, path = "POST /v1/bookings/{booking_id}/undo", {"booking_id": booking.id}
    assert ask(api, studio.customer, route, {"reason": "mine"}, path=path).status == 403
    assert ask(api, MANAGER, route, {"reason": "slip"}, path=path).body["status"] == "confirmed"
    again = ask(api, MANAGER, route, {"reason": "slip"}, path=path, headers={"Accept-Language": "ru"})
    assert (again.status, again.code) == (409, "nothing_to_undo")
    assert "Отменять нечего" in again.body["detail"]
