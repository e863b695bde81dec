"""Offers that are about to end, requests for a review, and refunds that take their time."""

from datetime import timedelta
from uuid import uuid4

from core.jobs import Turn
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingCompleted,
    BookingConfirmed,
    BookingCreated,
    BookingNoShow,
    WaitlistOffered,
)
from shared_schemas.events.payments import PaymentRefunded, PaymentRefundStarted
from shared_schemas.messages.preferences import LeftMessages, PreferencesReplacement
from tests.support.clock import NOW
from tests.support.notification import START, PostOffice

HOLD = NOW + timedelta(hours=1)
ENDING = ("waitlist_ending", "sms", "sent")


def offered(office: PostOffice) -> None:
    entry = uuid4()
    office.take(office.booking(BookingCreated, 1, "pending", hold_expires_at=HOLD, waitlist_id=entry))
    office.take(office.booking(WaitlistOffered, 1, "pending", hold_expires_at=HOLD, waitlist_id=entry))


def remind(office: PostOffice, **before: float) -> None:
    office.clock.go_to(HOLD - timedelta(**before))
    office.reminders.run(Turn())


def test_whoever_has_not_answered_an_offer_hears_once_that_it_ends(office: PostOffice) -> None:
    offered(office)
    remind(office, minutes=21)
    assert ENDING not in office.states()

    remind(office, minutes=20)
    remind(office, minutes=5)

    assert office.states().count(ENDING) == 1
    assert office.sms.sent[-1][1].text.startswith("Держим до 10:00")


def test_whoever_has_answered_it_is_left_alone(office: PostOffice) -> None:
    changed, taken = office, PostOffice(office.engine)
    for each in (changed, taken):
        offered(each)
    changed.take(changed.booking(BookingAmended, 2, "pending", hold_expires_at=HOLD, previous_total={"amount": 1}))
    taken.take(taken.booking(BookingConfirmed, 2, "confirmed"))

    for each in (changed, taken):
        remind(each, minutes=20)

        assert "waitlist_ending" not in {n.template for n in each.queued()}


def test_no_other_hold_is_reminded_of(office: PostOffice) -> None:
    office.take(office.booking(BookingCreated, 1, "pending", hold_expires_at=HOLD))
    remind(office, minutes=20)

    assert {n.template for n in office.queued()} == {"booking_created"}


def visited(office: PostOffice, kind: type[BookingCompleted | BookingNoShow], status: str) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.clock.go_to(START + timedelta(hours=2))
    office.take(office.booking(kind, 3, status))
    office.clock.go_to(START + timedelta(hours=26))
    office.reminders.run(Turn())


def test_whoever_came_is_asked_a_day_later_how_it_was_and_may_leave_that(office: PostOffice) -> None:
    visited(office, BookingCompleted, "completed")

    assert [s for s in office.states() if s[0] == "review_request"] == [("review_request", "email", "sent")]
    mail = office.mail.sent[-1][1]
    assert mail.unsubscribe and "/v1/unsubscribe/" in mail.unsubscribe and ".reviews.email" in mail.unsubscribe
    again = PostOffice(office.engine)
    left = PreferencesReplacement(left=[LeftMessages(kind="reviews", channel="email")])
    again.app.preferring.replace(again.customer_id, left)
    visited(again, BookingCompleted, "completed")
    assert [(n.status, n.reason) for n in again.queued() if n.template == "review_request"] == [
        ("skipped", "unsubscribed")
    ]


def test_whoever_did_not_come_is_not_asked(office: PostOffice) -> None:
    visited(office, BookingNoShow, "no_show")

    assert "review_request" not in {n.template for n in office.queued()}


def test_a_refund_that_takes_its_time_is_told_when_it_begins_and_when_it_is_done(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    refund = uuid4()
    office.take(office.payment(PaymentRefundStarted, refund_id=refund, reason="booking_cancelled"))
    office.take(office.payment(PaymentRefunded, refund_id=refund, reason="booking_cancelled"))

    begun, done = (mail for _, mail in office.mail.sent[-2:])
    assert (begun.subject, done.subject) == (
        f"Возвращаем 1500 ₽ по бронированию {office.number}",
        f"Возврат 1500 ₽ по бронированию {office.number}",
    )
