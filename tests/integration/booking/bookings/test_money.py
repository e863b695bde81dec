"""What a booking makes of money that comes in parts, too late, or for a price that changed meanwhile."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.bookings.errors import InvalidTransitionError, PaymentTooSmallError
from shared_schemas.booking.bookings import Booking, ConfirmRequest, PaymentTerms, ReasonRequest
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.extras import AddOnOrder, AddOnRequest, PromoCodeRequest
from shared_schemas.booking.prices import DurationTier, HeadcountRule, TariffVersionRequest
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCancelled, BookingExpired, BookingExtended
from shared_schemas.events.envelope import EventData
from tests.support.booking.studio import INTEGRATION, MANAGER, START, Studio

HOUR = timedelta(hours=1)
LATER = START + timedelta(days=9)
# Two hours cost 4000 rubles, half of it in advance.
pytestmark = pytest.mark.usefixtures("books_in_order")


def pay(studio: Studio, booking: Booking, amount: int) -> Booking:
    return studio.pay(booking, uuid4(), amount)


def terms(studio: Studio, booking: Booking) -> PaymentTerms:
    return studio.bookings.payment_terms(booking.id)


def owed(studio: Studio, booking: Booking) -> tuple[int, int]:
    found = terms(studio, booking)
    return found.due.amount, found.balance.amount


def dearer(studio: Studio, booking: Booking) -> Booking:
    """The same booking an hour longer, which makes it cost 6000 rubles."""
    return studio.changes.extend(booking.id, ExtendRequest(minutes=60), MANAGER, None)


def shorter(studio: Studio, booking: Booking, hours: int) -> Booking:
    request = RescheduleRequest(start=booking.start, end=booking.start + hours * HOUR)
    return studio.changes.reschedule(booking.id, request, MANAGER, None)


def news(studio: Studio) -> EventData:
    return studio.broker.taken[-1].payload()


def actions(studio: Studio, booking: Booking) -> list[str]:
    return [step.action for step in studio.bookings.history(booking.id)]


def figures(booking: Booking) -> tuple[str, int, int, str]:
    return booking.status, booking.paid.amount, booking.refund_due.amount, booking.payment_state


def test_all_of_it_at_once_leaves_nothing_to_pay(studio: Studio) -> None:
    paid = pay(studio, studio.book(studio.hall()), 400_000)
    assert figures(paid) == ("confirmed", 400_000, 0, "paid")
    assert owed(studio, paid) == (0, 0)


@pytest.mark.parametrize("status", ["confirmed", "in_progress", "completed"])
def test_the_balance_is_paid_whenever_it_is_paid(studio: Studio, status: str) -> None:
    booking = studio.paid(studio.hall())
    assert owed(studio, booking) == (0, 200_000)
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR)
    if status != "confirmed":
        studio.visits.check_in(booking.id, ReasonRequest(), MANAGER)
    if status == "completed":
        studio.visits.complete(booking.id, ReasonRequest(), MANAGER)

    assert figures(pay(studio, booking, 200_000)) == (status, 400_000, 0, "paid")
    assert owed(studio, booking) == (0, 0)


def test_a_longer_visit_owes_the_difference(studio: Studio) -> None:
    paid = pay(studio, studio.book(studio.hall(), LATER), 400_000)

    longer = dearer(studio, paid)

    assert (longer.payment_state, owed(studio, longer)) == ("partial", (0, 200_000))
    assert sum(line.amount.amount for line in terms(studio, longer).lines) == 600_000
    assert pay(studio, longer, 200_000).payment_state == "paid"


def test_a_dearer_hall_owes_the_difference(studio: Studio) -> None:
    dear = studio.hall()
    studio.tariff(dear, amount=600_000, priority=1)
    paid = pay(studio, studio.book(studio.hall(), LATER), 400_000)

    request = RescheduleRequest(start=LATER, end=LATER + 2 * HOUR, hall_id=dear.id)
    moved = studio.changes.reschedule(paid.id, request, studio.customer, None)

    assert owed(studio, moved) == (200_000, 800_000)
    assert pay(studio, moved, 800_000).payment_state == "paid"


def test_more_people_at_the_door_owe_the_surcharge(studio: Studio) -> None:
    hall = studio.hall()
    crowds = [HeadcountRule(hall_id=hall.id, from_people=3, percent=10)]
    version = studio.prices.draft(TariffVersionRequest(headcount=crowds), MANAGER, None)
    studio.prices.activate(version.number)
    paid = pay(studio, studio.book(hall), 400_000)
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR)
    studio.visits.check_in(paid.id, ReasonRequest(), MANAGER)

    crowded = studio.changes.amend(paid.id, AmendRequest(people=4), MANAGER, None)

    assert (crowded.status, owed(studio, crowded)) == ("in_progress", (0, 40_000))
    assert pay(studio, crowded, 40_000).payment_state == "paid"


def test_a_prepayment_that_became_too_small_is_kept_and_the_rest_confirms(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    first = ConfirmRequest(payment_id=uuid4(), paid=booking.prepayment)
    dearer(studio, booking)

    for _ in range(2):
        waiting = studio.bookings.confirm(booking.id, first, INTEGRATION)
        assert figures(waiting) == ("pending", 200_000, 0, "partial")

    assert waiting.hold_expires_at == booking.hold_expires_at
    assert owed(studio, waiting) == (100_000, 400_000)
    assert figures(pay(studio, waiting, 100_000)) == ("confirmed", 300_000, 0, "partial")
    assert actions(studio, booking) == ["create", "extend", "pay", "confirm"]
    assert studio.events() == ["booking.created", "booking.extended", "booking.balance_changed", "booking.confirmed"]


def test_a_part_that_bought_nothing_goes_back_when_the_hold_runs_out(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    pay(studio, booking, 1000)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()

    after = studio.bookings.get(booking.id, MANAGER)
    assert figures(after) == ("expired", 1000, 1000, "refund_pending")
    assert owed(studio, after) == (0, 0)
    told = news(studio)
    assert isinstance(told, BookingExpired)
    assert told.refund == Money(amount=1000)


def test_an_unpaid_hold_that_runs_out_promises_nothing(studio: Studio) -> None:
    studio.book(studio.hall())
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()
    told = news(studio)
    assert isinstance(told, BookingExpired)
    assert told.refund is None


def test_money_on_its_way_back_does_not_pay_for_what_comes_late(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    pay(studio, booking, 1000)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()

    with pytest.raises(PaymentTooSmallError) as refusal:
        pay(studio, booking, 199_000)
    assert refusal.value.params == {"due": 1000}

    assert figures(pay(studio, booking, 200_000)) == ("confirmed", 201_000, 1000, "refund_pending")


def test_a_hold_is_called_off_for_nothing_however_late(studio: Studio) -> None:
    booking = studio.book(studio.hall(), studio.clock.now() + 3 * HOUR, override_reason="late", caller=MANAGER)
    pay(studio, booking, 1000)
    seen = studio.bookings.cancellation_preview(booking.id, MANAGER)
    assert (seen.percent, seen.refund.amount, seen.until) == (100, 1000, None)

    cancelled = studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)

    assert figures(cancelled) == ("cancelled", 1000, 1000, "refund_pending")
    told = news(studio)
    assert isinstance(told, BookingCancelled)
    assert told.refund == Money(amount=1000)


def test_a_hold_that_became_as_cheap_as_what_was_paid_is_confirmed(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER, hours=4)
    pay(studio, booking, 200_000)
    assert shorter(studio, booking, 3).status == "pending"

    after = shorter(studio, booking, 2)

    assert figures(after) == ("confirmed", 200_000, 0, "partial")
    assert actions(studio, booking)[-2:] == ["reschedule", "confirm"]
    assert studio.events()[-2:] == ["booking.rescheduled", "booking.confirmed"]
    assert studio.bookings.get(booking.id, MANAGER) == after


def test_an_unpaid_hold_that_became_cheaper_still_waits(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER, hours=4)
    assert shorter(studio, booking, 1).status == "pending"


def test_a_hold_that_costs_less_than_was_paid_gives_the_rest_back(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER, hours=8)
    pay(studio, booking, 300_000)
    assert figures(shorter(studio, booking, 1)) == ("confirmed", 300_000, 100_000, "refund_pending")


def test_a_promo_code_of_a_hold_that_was_paid_in_part_is_free_again(studio: Studio) -> None:
    extras = studio.app.extras
    extras.add_promo_code(PromoCodeRequest(code="ONCE", percent=10, max_uses=1), None)
    booking = studio.book(hall := studio.hall(), promo_code="ONCE")
    pay(studio, booking, 1000)
    studio.clock.advance(minutes=15)
    studio.bookings.expire_holds()
    assert studio.book(hall, promo_code="ONCE").promo_code == "ONCE"


def test_a_longer_visit_that_reaches_a_discount_says_what_goes_back(studio: Studio) -> None:
    hall = studio.hall()
    tiers = [DurationTier(hall_id=hall.id, from_minutes=180, percent_off=50)]
    version = studio.prices.draft(TariffVersionRequest(durations=tiers), MANAGER, None)
    studio.prices.activate(version.number)
    paid = pay(studio, studio.book(hall, LATER), 400_000)

    longer = dearer(studio, paid)

    assert (longer.total.amount, longer.refund_due.amount) == (300_000, 100_000)
    told = news(studio)
    assert isinstance(told, BookingExtended)
    assert told.refund == Money(amount=100_000)


def test_what_was_called_off_takes_no_money(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), LATER)
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    assert owed(studio, booking) == (0, 0)
    with pytest.raises(InvalidTransitionError):
        pay(studio, booking, 200_000)


def test_add_ons_are_named_on_the_receipt(studio: Studio) -> None:
    extras = studio.app.extras
    lamp = extras.add_add_on(AddOnRequest(name="Фон", unit="unit", price=Money(amount=50_000)), None)
    booking = studio.book(hall := studio.hall(), add_ons=[AddOnOrder(id=lamp.id, quantity=2)])
    assert [(line.name, line.quantity, line.amount.amount) for line in terms(studio, booking).lines] == [
        (f"Аренда зала «{hall.name}», 02.12.2026 12:00–14:00", 1, 400_000),
        ("Фон", 2, 100_000),
    ]
