"""Reminders on real PostgreSQL: of what is confirmed and soon, once for each start."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from core.jobs import Turn
from notification.errors import TransientDeliveryError
from notification.rules.domain.defaults import DEFAULTS
from shared_schemas.events.bookings import BookingCancelled, BookingConfirmed, BookingCreated, BookingRescheduled
from shared_schemas.messages.rules import MessageRuleReplacement
from tests.support.notification import START, PostOffice

HOURS = next(rule for rule in DEFAULTS if rule.minutes == -120)
WITHOUT_ID = HOURS.model_dump(exclude={"id", "name", "version", "since", "fixed"})


@pytest.fixture
def office(office: PostOffice) -> PostOffice:
    """A booking that is confirmed, and whose start is a day and a minute away; only the reminder a day ahead is on."""
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.rules.replace(HOURS.id, MessageRuleReplacement.model_validate({**WITHOUT_ID, "active": False}))
    for provider in (office.mail, office.sms):
        provider.sent.clear()
    office.broker.taken.clear()
    office.clock.advance(seconds=(START - timedelta(days=1, minutes=1) - office.clock.now()).total_seconds())
    return office


def moved(office: PostOffice, version: int, by: timedelta) -> None:
    times = {"start": START + by, "end": START + by + timedelta(hours=2)}
    previous = {"previous_start": START, "previous_end": START + timedelta(hours=2)}
    office.take(office.booking(BookingRescheduled, version, "confirmed", **times, **previous))


def test_a_confirmed_booking_is_reminded_of_a_day_ahead_once(office: PostOffice) -> None:
    assert office.reminders.run(Turn()) == 0
    office.clock.advance(minutes=1)

    assert office.reminders.run(Turn()) == 1
    assert office.reminders.run(Turn()) == 0

    assert len(office.mail.sent) == len(office.sms.sent) == 1
    assert "Напоминаем" in office.sms.sent[0][1].text
    assert [(e.type, e.data["template"], e.correlation_id) for e in office.broker.taken] == [
        ("notification.sent", "booking_reminder", office.flow_id)
    ] * 2


def test_only_what_is_confirmed_and_still_to_come_is_reminded_of(office: PostOffice, engine: Engine) -> None:
    pending, cancelled = PostOffice(engine), PostOffice(engine)
    pending.take(pending.booking(BookingCreated, 1, "pending"))
    cancelled.take(cancelled.booking(BookingConfirmed, 2, "confirmed"))
    cancelled.take(cancelled.booking(BookingCancelled, 3, "cancelled"))
    office.clock.advance(days=1, minutes=1)

    assert office.reminders.run(Turn()) == 0


def test_a_booking_that_moved_is_reminded_of_anew(office: PostOffice) -> None:
    office.clock.advance(minutes=1)
    office.reminders.run(Turn())
    moved(office, 3, timedelta(hours=3))
    assert office.reminders.run(Turn()) == 0

    office.clock.advance(hours=3)

    assert office.reminders.run(Turn()) == 1
    texts = [message.text for _, message in office.sms.sent]
    assert ["12:00-14:00" in texts[0], *("15:00-17:00" in text for text in texts[1:])] == [True] * 3
    assert ["Напоминаем" in text for text in texts] == [True, False, True]


@pytest.mark.parametrize("change", ["cancelled", "moved"])
def test_a_reminder_that_waited_is_checked_again_before_it_leaves(office: PostOffice, change: str) -> None:
    office.clock.advance(minutes=1)
    office.people.trouble = TransientDeliveryError("contact_unavailable")
    office.reminders.run(Turn())
    office.people.trouble = None
    if change == "moved":
        moved(office, 3, timedelta(days=3))
    else:
        office.take(office.booking(BookingCancelled, 3, "cancelled"))
    office.clock.advance(minutes=1)

    office.sending.send_due(Turn())

    reminders = [status for template, _, status in office.states() if template == "booking_reminder"]
    assert reminders == ["skipped", "skipped"]
    assert not any("Напоминаем" in message.text for _, message in office.sms.sent)


@pytest.mark.parametrize("hours", [24, 2])
def test_who_books_shortly_before_the_start_is_not_reminded_of_it_at_once(
    office: PostOffice, engine: Engine, hours: int
) -> None:
    office.clock.advance(seconds=(START - timedelta(hours=hours) - office.clock.now()).total_seconds())
    late = PostOffice(engine)
    late.clock = late.messages._clock = late.reminders._clock = late.sending._clock = office.clock
    late.take(late.booking(BookingConfirmed, 2, "confirmed"))

    assert late.reminders.run(Turn()) == 1  # The other one, who booked days ago.
    assert late.states() == [("booking_confirmed", "email", "sent"), ("booking_confirmed", "sms", "sent")]


def test_who_moves_to_a_start_that_is_near_is_not_reminded_of_it_at_once(office: PostOffice) -> None:
    moved(office, 3, timedelta(minutes=-30))
    office.clock.advance(minutes=1)

    assert office.reminders.run(Turn()) == 0


def test_who_books_late_and_moves_far_ahead_is_reminded_of_the_new_start(office: PostOffice) -> None:
    moved(office, 3, timedelta(minutes=-30))
    moved(office, 4, timedelta(days=3))
    office.clock.advance(days=3, minutes=1)

    assert office.reminders.run(Turn()) == 1


def test_many_are_reminded_of_in_one_run(office: PostOffice, engine: Engine) -> None:
    for _ in range(24):
        another = PostOffice(engine)
        another.take(another.booking(BookingConfirmed, 2, "confirmed"))
    office.clock.advance(minutes=1)

    assert office.reminders.run(Turn()) == 25
    assert len(office.sms.sent) == 25


def test_without_time_reminders_are_queued_and_the_other_job_sends_them(office: PostOffice) -> None:
    office.clock.advance(minutes=1)

    assert office.reminders.run(Turn(iter([True, False, False]).__next__)) == 1
    assert office.sms.sent == []
    assert office.sending.send_due(Turn()) == 2
    assert len(office.sms.sent) == 1
