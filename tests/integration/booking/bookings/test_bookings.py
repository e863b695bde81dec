"""Use cases of the booking service on real PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from booking.bookings.errors import BookingNotFoundError, InvalidTransitionError, VisitBegunError
from booking.calendar.errors import SlotTakenError
from booking.errors import OverrideNotAllowedError
from booking.quotes.errors import QuoteExpiredError, QuoteMismatchError
from core.context import flow
from core.http.idempotency import IdempotencyKey, IdempotencyKeyReusedError
from core.identity import Identity
from shared_schemas.booking.bookings import BookingRequest, BookingsQuery, ConfirmRequest
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.quotes import QuoteRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from tests.support.booking.made import NOW
from tests.support.booking.studio import MANAGER, START, Studio


def test_a_booking_holds_its_slot_and_tells_the_world(studio: Studio) -> None:
    hall = studio.hall()

    with flow("a-flow"):
        booking = studio.book(hall)

    assert (booking.status, booking.total.amount, booking.prepayment.amount) == ("pending", 400_000, 200_000)
    assert booking.hold_expires_at == NOW + timedelta(minutes=15)
    assert [(e.type, e.correlation_id) for e in studio.broker.taken] == [("booking.created", "a-flow")]
    assert studio.bookings.get(booking.id, studio.customer) == booking


@pytest.mark.parametrize(("offset", "length"), [(0, 2), (-1, 2), (1, 2), (-1, 4), (0.5, 1)])
def test_no_overlap_of_a_claimed_slot_can_be_booked(studio: Studio, offset: float, length: float) -> None:
    hall = studio.hall()
    studio.book(hall)

    with pytest.raises(SlotTakenError):
        studio.book(hall, START + timedelta(hours=offset), length)

    assert studio.claims(hall) == 1
    assert studio.events() == ["booking.created"]


def test_neighbouring_slots_do_not_touch_but_a_buffer_does(studio: Studio) -> None:
    plain, cleaned = studio.hall(), studio.hall(buffer_after_minutes=30)
    studio.book(plain)
    studio.book(plain, START + timedelta(hours=2))
    studio.book(cleaned)

    with pytest.raises(SlotTakenError):
        studio.book(cleaned, START + timedelta(hours=2))


@pytest.mark.parametrize("gap", [0, 60])
def test_every_start_offered_can_be_booked_and_every_other_is_refused_for_the_reason_told(
    studio: Studio, gap: int
) -> None:
    hall = studio.hall(buffer_after_minutes=15, min_gap_minutes=gap)
    studio.book(hall)
    day = studio.availability(hall, explain=True).days[0]
    told = {closed.start: set(closed.codes) for closed in day.closed or []}
    midnight = START.replace(hour=0)

    for start in (midnight + timedelta(minutes=15 * number) for number in range(96)):
        try:
            booking = studio.book(hall, start, hours=1)
        except SlotTakenError:
            assert told[start] <= {"busy", "buffer"}
        except RuleViolationError as error:
            assert {violation.code for violation in error.violations} == told[start]
        else:
            assert start in day.starts
            studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)


def test_a_repeated_request_gets_the_first_booking_back(studio: Studio) -> None:
    hall = studio.hall()
    key = IdempotencyKey(studio.customer.subject, "POST /v1/bookings", str(uuid4()), "body")

    first, second = studio.book(hall, key=key), studio.book(hall, key=key)

    assert first == second
    assert studio.events() == ["booking.created"]
    with pytest.raises(IdempotencyKeyReusedError):
        studio.book(hall, key=replace(key, fingerprint="another body"))


def test_a_booking_made_from_a_quote_costs_what_the_quote_said(studio: Studio) -> None:
    hall = studio.hall()
    asked = {"hall_id": hall.id, "start": START, "end": START + timedelta(hours=2)}
    quote = studio.quotes.quote(QuoteRequest.model_validate(asked), None)
    studio.tariff(hall, amount=900_000, name="Dear", priority=9)

    request = BookingRequest.model_validate(asked | {"quote_id": quote.id})
    with pytest.raises(QuoteMismatchError):
        studio.bookings.create(request.model_copy(update={"people": 3}), studio.customer, None)
    booking = studio.bookings.create(request, studio.customer, None)
    assert booking.total == quote.total

    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    studio.clock.advance(minutes=15)
    with pytest.raises(QuoteExpiredError):
        studio.bookings.create(request, studio.customer, None)


def test_a_payment_confirms_and_counts_once(studio: Studio) -> None:
    booking, payment = studio.book(studio.hall()), uuid4()

    confirmed, again = studio.pay(booking, payment), studio.pay(booking, payment)

    assert confirmed == again
    assert (confirmed.status, confirmed.paid, confirmed.hold_expires_at) == ("confirmed", booking.prepayment, None)
    assert studio.events() == ["booking.created", "booking.confirmed"]


def test_staff_may_confirm_without_a_payment(studio: Studio) -> None:
    booking = studio.book(studio.hall())

    assert studio.bookings.confirm(booking.id, ConfirmRequest(reason="cash"), MANAGER).status == "confirmed"


def test_a_lapsed_hold_expires_once_and_frees_its_slot(studio: Studio) -> None:
    hall = studio.hall()
    with flow("the-booking"):
        booking = studio.book(hall)
    studio.bookings.expire_holds()
    assert studio.claims(hall) == 1

    studio.clock.advance(minutes=15)

    assert studio.bookings.expire_holds() >= 1
    assert studio.bookings.expire_holds() == 0
    assert studio.claims(hall) == 0
    assert studio.bookings.get(booking.id, MANAGER).status == "expired"
    told = [(e.type, e.correlation_id) for e in studio.broker.taken if e.data["booking_id"] == str(booking.id)]
    assert told == [("booking.created", "the-booking"), ("booking.expired", "the-booking")]


def test_a_payment_after_expiry_takes_the_slot_back_if_it_is_free(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()

    assert studio.pay(booking, uuid4()).status == "confirmed"
    assert studio.claims(hall) == 1


def test_a_payment_after_the_slot_went_to_another_is_refused_whole(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()
    studio.book(hall)

    with pytest.raises(SlotTakenError):
        studio.pay(booking, uuid4())

    after = studio.bookings.get(booking.id, MANAGER)
    assert (after.status, after.paid.amount) == ("expired", 0)


@pytest.mark.parametrize("minutes", [119, 120])
def test_nobody_pays_after_expiry_for_a_visit_that_is_over(studio: Studio, minutes: int) -> None:
    hall = studio.hall()
    booking = studio.book(hall, studio.clock.now() + timedelta(hours=24), hours=2)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()
    studio.clock.advance(minutes=24 * 60 - 15 + minutes)

    if minutes < 120:
        assert studio.pay(booking, uuid4()).status == "confirmed"
        return
    with pytest.raises(InvalidTransitionError):
        studio.pay(booking, uuid4())
    with pytest.raises(InvalidTransitionError):
        studio.bookings.confirm(booking.id, ConfirmRequest(reason="by word"), MANAGER)
    after = studio.bookings.get(booking.id, MANAGER)
    assert (after.status, after.paid.amount, studio.claims(hall)) == ("expired", 0, 0)


def test_cancelling_frees_the_slot_and_cannot_be_done_twice(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)

    assert studio.bookings.cancel(booking.id, CancelRequest(reason="ill"), studio.customer, None).status == "cancelled"
    assert studio.book(hall).status == "pending"
    with pytest.raises(InvalidTransitionError):
        studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)


def test_cancelling_a_paid_booking_gives_back_what_its_terms_say(studio: Studio) -> None:
    early, late = studio.paid(studio.hall(), START + timedelta(days=5)), studio.paid(studio.hall(), START)

    assert studio.bookings.cancellation_preview(early.id, studio.customer).percent == 100
    back = studio.bookings.cancel(early.id, CancelRequest(), studio.customer, None)
    assert (back.refund_due, back.payment_state) == (early.paid, "refund_pending")
    half = studio.bookings.cancel(late.id, CancelRequest(), studio.customer, None)
    assert half.refund_due.amount * 2 == late.paid.amount
    assert studio.broker.taken[-1].data["refund"] == half.refund_due.model_dump()


def test_terms_are_those_of_the_day_of_sale(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), START + timedelta(days=5))

    studio.policies.replace(PolicyRequest(refund_tiers=[]), MANAGER)

    assert studio.bookings.cancellation_preview(booking.id, studio.customer).percent == 100
    assert studio.bookings.cancellation_preview(studio.paid(studio.hall()).id, studio.customer).percent == 0
    studio.policies.replace(PolicyRequest(), MANAGER)


def test_staff_decide_on_a_refund_and_on_a_visit_that_has_begun(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), START)
    studio.clock.advance(days=1, hours=4)

    with pytest.raises(VisitBegunError):
        studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    with pytest.raises(OverrideNotAllowedError):
        studio.bookings.cancel(booking.id, CancelRequest(refund_percent=100), studio.customer, None)
    request = CancelRequest(refund_percent=100, reason="the heating failed")
    assert studio.bookings.cancel(booking.id, request, MANAGER, None).refund_due == booking.paid


def test_staff_book_for_a_customer_and_against_the_rules_but_never_over_others(studio: Studio) -> None:
    hall, customer = studio.hall(), uuid4()
    night = START.replace(hour=3)

    booking = studio.book(hall, night, caller=MANAGER, customer_id=customer, override_reason="a film crew")

    assert (booking.customer_id, booking.status) == (customer, "pending")
    (created,) = studio.bookings.history(booking.id)
    assert (created.action, created.actor, created.reason) == ("create", MANAGER.subject, "a film crew")
    with pytest.raises(SlotTakenError):
        studio.book(hall, night, caller=MANAGER, override_reason="once more")
    with pytest.raises(OverrideNotAllowedError):
        studio.book(hall, START, override_reason="please")
    with pytest.raises(OverrideNotAllowedError):
        studio.book(hall, START, customer_id=customer)


def test_several_halls_are_booked_together_or_not_at_all(studio: Studio) -> None:
    first, second = studio.hall(), studio.hall()
    studio.book(second, START + timedelta(hours=1))

    with pytest.raises(SlotTakenError):
        studio.book(first, also_hall_ids=[second.id])
    assert studio.claims(first) == 0

    both = studio.book(first, START + timedelta(hours=4), also_hall_ids=[second.id])
    assert both.hall_name == f"{first.name} + {second.name}"
    assert {line.hall_id for line in both.lines} == {first.id, second.id}
    assert (both.total.amount, studio.claims(first), studio.claims(second)) == (800_000, 1, 2)


def test_a_composite_hall_and_its_parts_exclude_each_other(studio: Studio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])

    whole = studio.book(floor)
    for part in (left, right):
        with pytest.raises(SlotTakenError):
            studio.book(part)
    studio.bookings.cancel(whole.id, CancelRequest(), studio.customer, None)
    studio.book(left)
    with pytest.raises(SlotTakenError):
        studio.book(floor)
    assert START not in studio.availability(floor).days[0].starts
    assert START in studio.availability(right).days[0].starts
    with pytest.raises(RuleViolationError) as caught:
        studio.book(floor, START + timedelta(hours=5), also_hall_ids=[left.id])
    assert [violation.code for violation in caught.value.violations] == ["halls_overlap"]


def test_a_refusal_offers_what_could_be_booked_instead(studio: Studio) -> None:
    hall, _others = studio.hall(), [studio.hall() for _ in range(3)]
    studio.book(hall)

    with pytest.raises(SlotTakenError) as caught:
        studio.book(hall)

    offered = caught.value.params["alternatives"]
    assert isinstance(offered, list)
    assert [(slot["hall_id"], slot["start"]) for slot in offered][:2] == [
        (str(hall.id), (START - timedelta(hours=2)).isoformat()),
        (str(hall.id), (START + timedelta(hours=2)).isoformat()),
    ]
    elsewhere = [slot for slot in offered if slot["hall_id"] != str(hall.id)]
    assert [slot["start"] for slot in elsewhere] == [START.isoformat()] * 3
    for slot in offered:
        booking = studio.book(studio.halls.get(UUID(slot["hall_id"])), datetime.fromisoformat(slot["start"]))
        assert booking.total.amount == slot["total"]["amount"]
        studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)


def test_somebody_elses_booking_does_not_exist_for_a_client(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    stranger = Identity(str(uuid4()), Role.CLIENT)

    with pytest.raises(BookingNotFoundError):
        studio.bookings.get(booking.id, stranger)
    with pytest.raises(BookingNotFoundError):
        studio.bookings.cancel(booking.id, CancelRequest(), stranger, None)
    assert studio.bookings.page(BookingsQuery(), stranger).data == []


def test_pages_join_into_the_whole_list(studio: Studio) -> None:
    hall = studio.hall()
    made = [studio.book(hall, START + timedelta(hours=i), 1).id for i in range(5)]

    seen: list[UUID] = []
    cursor: str | None = None
    for _ in range(3):
        page = studio.bookings.page(BookingsQuery(limit=2, cursor=cursor), studio.customer)
        seen += [booking.id for booking in page.data]
        cursor = page.next_cursor

    assert sorted(seen, key=str) == sorted(made, key=str)
    assert cursor is None


def test_while_the_broker_is_down_bookings_go_on_and_their_events_wait(studio: Studio) -> None:
    studio.broker.down = True
    booking = studio.book(studio.hall())

    with studio.engine.connect() as connection:
        query = text(
            "SELECT type FROM booking.outbox WHERE published_at IS NULL AND envelope->'data'->>'booking_id' = :id"
        )
        assert list(connection.execute(query, {"id": str(booking.id)}).scalars()) == ["booking.created"]
