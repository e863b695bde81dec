"""Use cases of the booking service on real PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from booking.errors import (
    BookingNotFoundError,
    InvalidTransitionError,
    PaymentTooSmallError,
    QuoteExpiredError,
    QuoteMismatchError,
    SlotTakenError,
)
from core.context import flow
from core.idempotency import IdempotencyKey, IdempotencyKeyReusedError
from core.identity import Identity
from shared_schemas.booking import (
    AvailabilityQuery,
    BookingRequest,
    BookingsQuery,
    CancelRequest,
    ConfirmRequest,
    QuoteRequest,
    TariffRequest,
)
from shared_schemas.common import Money, Role
from tests.support.booking import NOW
from tests.support.database import EngineFor
from tests.support.studio import MANAGER, START, Studio


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


@pytest.fixture
def studio(engine: Engine) -> Iterator[Studio]:
    yield Studio(engine)


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
    plain, cleaned = studio.hall(), studio.hall(buffer_minutes=30)
    studio.book(plain)
    studio.book(plain, START + timedelta(hours=2))
    studio.book(cleaned)

    with pytest.raises(SlotTakenError):
        studio.book(cleaned, START + timedelta(hours=2))


def test_every_start_offered_can_be_booked_and_no_other(studio: Studio) -> None:
    hall = studio.hall(buffer_minutes=15)
    studio.book(hall)
    query = AvailabilityQuery.model_validate({"from": START.date(), "to": START.date() + timedelta(days=1)})
    offered = set(studio.catalogue.availability(hall.id, query).days[0].starts)

    for step in range(13 * 2):
        start = START.replace(hour=9) + timedelta(minutes=30 * step)
        try:
            booking = studio.book(hall, start, hours=1)
        except Exception:
            assert start not in offered
        else:
            assert start in offered
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
    quote = studio.catalogue.quote(QuoteRequest.model_validate(asked), None)
    dearer = TariffRequest(hall_id=hall.id, name="Dear", priority=9, price_per_hour=Money(amount=900_000))
    studio.catalogue.add_tariff(dearer, None)

    request = BookingRequest.model_validate(asked | {"quote_id": quote.id})
    with pytest.raises(QuoteMismatchError):
        studio.bookings.create(request.model_copy(update={"people": 3}), studio.customer.user_id, None)
    assert studio.bookings.create(request, studio.customer.user_id, None).total == quote.total

    studio.clock.advance(minutes=15)
    with pytest.raises(QuoteExpiredError):
        studio.bookings.create(request, studio.customer.user_id, None)


def test_a_payment_confirms_and_counts_once(studio: Studio) -> None:
    booking, payment = studio.book(studio.hall()), uuid4()

    confirmed, again = studio.pay(booking, payment), studio.pay(booking, payment)

    assert confirmed == again
    assert (confirmed.status, confirmed.paid, confirmed.hold_expires_at) == ("confirmed", booking.prepayment, None)
    assert studio.events() == ["booking.created", "booking.confirmed"]


def test_a_payment_below_the_prepayment_confirms_nothing(studio: Studio) -> None:
    booking = studio.book(studio.hall())

    with pytest.raises(PaymentTooSmallError):
        studio.pay(booking, uuid4(), amount=1)

    assert studio.bookings.get(booking.id, MANAGER) == booking


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


def test_cancelling_frees_the_slot_and_cannot_be_done_twice(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)

    assert studio.bookings.cancel(booking.id, CancelRequest(reason="ill"), studio.customer, None).status == "cancelled"
    assert studio.book(hall).status == "pending"
    with pytest.raises(InvalidTransitionError):
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
