"""Which message follows from which event, until when it may be sent, and how often it is tried."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from notification.bookings.domain import KnownBooking, facts_of, known_booking
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from notification.messages.domain.deliveries import repeat
from notification.messages.domain.plans import PLANS, is_current, names_the_start, plan_for
from notification.sending.domain import LONGEST_DELAY, MAX_ATTEMPTS, after_failure
from shared_schemas.common import Money
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingBalanceChanged,
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingExtended,
    BookingNoShow,
    BookingPaymentRefused,
    BookingReinstated,
    BookingRescheduled,
    WaitlistOffered,
)
from shared_schemas.events.payments import (
    PaymentFailed,
    PaymentLinkRequested,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentRefundStarted,
    PaymentSucceeded,
)
from shared_schemas.notification import TemplateName
from shared_schemas.visits.status import BookingStatus
from tests.support.clock import NOW
from tests.support.notification import START, delivery, facts


def booking(status: BookingStatus = "confirmed", **changes: object) -> KnownBooking:
    return KnownBooking(uuid4(), 2, status, uuid4(), facts(amount=None, **changes), "a-flow")


def test_the_table_of_messages() -> None:
    assert {event.type: (plan.template, plan.channels) for event, plan in PLANS.items()} == {
        BookingCreated.type: ("booking_created", ("email",)),
        BookingConfirmed.type: ("booking_confirmed", ("email", "sms")),
        BookingRescheduled.type: ("booking_rescheduled", ("email", "sms")),
        BookingExtended.type: ("booking_extended", ("email",)),
        BookingAmended.type: ("booking_amended", ("email",)),
        BookingCancelled.type: ("booking_cancelled", ("email",)),
        BookingExpired.type: ("booking_expired", ("email",)),
        BookingNoShow.type: ("booking_no_show", ("email",)),
        BookingReinstated.type: ("booking_reinstated", ("email",)),
        WaitlistOffered.type: ("waitlist_offered", ("email", "sms")),
        PaymentLinkRequested.type: ("payment_link", ("email", "sms")),
        PaymentSucceeded.type: ("payment_succeeded", ("email",)),
        PaymentFailed.type: ("payment_failed", ("email",)),
        BookingPaymentRefused.type: ("booking_payment_refused", ("email",)),
        PaymentRefundStarted.type: ("payment_refund_started", ("email",)),
        PaymentRefunded.type: ("payment_refunded", ("email",)),
    }


@pytest.mark.parametrize(
    ("template", "status", "current"),
    [
        ("booking_created", "pending", True),
        ("booking_created", "confirmed", False),
        ("booking_created", "expired", False),
        ("booking_confirmed", "confirmed", True),
        ("booking_confirmed", "cancelled", False),
        ("booking_expired", "confirmed", False),
        ("booking_rescheduled", "pending", True),
        ("booking_rescheduled", "cancelled", False),
        ("booking_extended", "in_progress", True),
        ("booking_extended", "cancelled", False),
        ("booking_amended", "confirmed", True),
        ("booking_amended", "expired", False),
        ("booking_no_show", "no_show", True),
        ("booking_no_show", "in_progress", False),
        ("booking_reinstated", "confirmed", True),
        ("booking_reinstated", "completed", True),
        ("booking_reinstated", "cancelled", False),
        ("waitlist_offered", "pending", True),
        ("waitlist_offered", "confirmed", False),
        ("waitlist_offered", "expired", False),
        ("booking_reminder", "confirmed", True),
        ("booking_reminder", "cancelled", False),
        ("payment_failed", "expired", False),
        ("payment_succeeded", "expired", True),
        ("payment_succeeded", "confirmed", True),
        ("booking_payment_refused", "expired", True),
        ("booking_payment_refused", "cancelled", True),
        ("payment_refunded", "cancelled", True),
    ],
)
def test_a_message_is_sent_only_while_it_is_true(template: TemplateName, status: BookingStatus, current: bool) -> None:
    assert is_current(template, facts(), booking(status)) is current


def test_a_message_about_another_start_is_outdated_except_a_receipt() -> None:
    moved = booking(start=START + timedelta(days=1), end=START + timedelta(days=1, hours=2))

    assert not is_current("booking_reminder", facts(), moved)
    assert is_current("payment_succeeded", facts(), moved)


def test_a_payments_message_has_the_bookings_facts_and_its_own_amount() -> None:
    known = booking()
    paid = PaymentSucceeded(
        payment_id=uuid4(),
        booking_id=known.booking_id,
        customer_id=known.customer_id,
        provider="yookassa",
        amount=Money(amount=7),
    )

    own = {name: getattr(paid, name) for name in ("amount", "purpose", "provider", "payment_id")}
    assert facts_of(paid, known) == known.facts.model_copy(update=own)


@pytest.mark.parametrize(("status", "left"), [("confirmed", 100_000), ("pending", 100_000), ("cancelled", None)])
def test_a_payments_message_counts_by_the_payment_services_books(status: BookingStatus, left: int | None) -> None:
    """Whether the booking has heard of the payment by then or not."""
    known = booking(status, paid=Money(amount=0))
    paid = PaymentSucceeded(
        payment_id=uuid4(), booking_id=known.booking_id, customer_id=known.customer_id, provider="yookassa",
        amount=Money(amount=50_000), collected=Money(amount=200_000),
    )  # fmt: skip
    assert facts_of(paid, known).left == (None if left is None else Money(amount=left))


def test_what_comes_later_is_known_to_the_reminder() -> None:
    told = known_booking(event(BookingBalanceChanged, paid=Money(amount=250_000), refund_due=Money(amount=50_000)), "f")
    assert (told.facts.kept, told.facts.left) == (Money(amount=200_000), Money(amount=100_000))
    assert known_booking(event(BookingConfirmed), "f").facts.left is None


def test_of_a_refund_that_failed_the_client_is_told_nothing() -> None:
    failed = PaymentRefundFailed(
        payment_id=uuid4(), booking_id=uuid4(), customer_id=uuid4(), provider="yookassa", amount=Money(amount=7),
        refund_id=uuid4(),
    )  # fmt: skip
    assert plan_for(failed) is None


def event(kind: type[BookingEvent], status: BookingStatus = "confirmed", **own: Any) -> BookingEvent:
    about = facts().model_dump(exclude_none=True, exclude={"amount", "offered"})
    ids = {"booking_id": uuid4(), "booking_version": 2, "customer_id": uuid4()}
    return kind.model_validate(about | ids | {"status": status} | own)


MOVED: dict[str, Any] = {
    "previous_start": START - timedelta(days=1),
    "previous_end": START,
    "previous_total": Money(amount=1),
}


def test_an_offer_from_the_waitlist_is_told_once_and_not_as_a_booking_too() -> None:
    assert plan_for(event(BookingCreated, "pending")) == PLANS[BookingCreated]
    assert plan_for(event(BookingCreated, "pending", waitlist_id=uuid4())) is None
    assert plan_for(event(BookingCreated, "pending", prepayment=Money(amount=0))) is None
    assert plan_for(event(WaitlistOffered, "pending", waitlist_id=uuid4())) == PLANS[WaitlistOffered]


@pytest.mark.parametrize(
    ("undone", "status", "is_told"),
    [
        ("cancelled", "confirmed", True),
        ("no_show", "completed", True),
        ("no_show", "confirmed", True),
        ("completed", "confirmed", False),
        ("in_progress", "confirmed", False),
    ],
)
def test_only_who_was_told_of_a_slip_is_told_that_it_is_undone(
    undone: str, status: BookingStatus, is_told: bool
) -> None:
    again = event(BookingReinstated, status, undone=undone)
    assert plan_for(again) == (PLANS[BookingReinstated] if is_told else None)
    assert facts_of(again, known_booking(again, "a-flow")) == facts(
        amount=None, undone=undone, booking_version=again.booking_version
    )


def test_what_belongs_to_one_change_is_told_with_it_and_then_forgotten() -> None:
    moved = event(BookingRescheduled, **MOVED)
    cancelled = event(BookingCancelled, "cancelled", reason="ill", refund=Money(amount=5))

    known = known_booking(moved, "a-flow")

    version = moved.booking_version
    assert known.facts == facts(amount=None, booking_version=version)
    assert facts_of(moved, known) == facts(amount=None, booking_version=version, **MOVED)
    # Somebody wrote the reason, so it is asked for when the message is sent.
    assert facts_of(cancelled, known) == facts(amount=None, booking_version=version, refund=Money(amount=5))


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (event(BookingConfirmed), True),
        (event(BookingRescheduled, **MOVED), True),
        (event(BookingCreated, "pending"), False),
        (event(BookingAmended, previous_total=Money(amount=1)), False),
    ],
)
def test_some_messages_tell_the_start_as_a_reminder_would(told: BookingEvent, named: bool) -> None:
    assert names_the_start(told) is named


def test_a_repeated_message_is_another_one_with_the_same_words() -> None:
    first = delivery("booking_reminder", "sms", facts())

    again = repeat(first, "a-request")

    assert again.id != first.id
    assert again.cause != first.cause
    assert (again.template, again.facts, again.attempts, again.causation_id) == (
        first.template, first.facts, 0, "a-request",
    )  # fmt: skip


def test_pauses_grow_to_an_hour_and_then_we_give_up() -> None:
    trouble = TransientDeliveryError("smsru_503")
    outcomes = [after_failure(attempts, trouble, NOW, None) for attempts in range(1, MAX_ATTEMPTS + 1)]
    pauses = [o.next_attempt_at - NOW for o in outcomes if o.next_attempt_at]

    assert [p.total_seconds() / 60 for p in pauses] == [1, 2, 4, 8, 16, 32, 60]
    assert max(pauses) == LONGEST_DELAY
    assert [o.status for o in outcomes] == ["pending"] * 7 + ["failed"]


def test_a_repeated_message_has_all_its_attempts_before_it() -> None:
    assert repeat(replace(delivery("booking_reminder", "sms", facts()), attempts=MAX_ATTEMPTS), None).attempts == 0


def test_a_permanent_refusal_is_not_repeated() -> None:
    outcome = after_failure(1, PermanentDeliveryError("invalid_phone"), NOW, None)

    assert (outcome.status, outcome.reason, outcome.next_attempt_at) == ("failed", "invalid_phone", None)
