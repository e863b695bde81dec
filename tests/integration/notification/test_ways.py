"""By which channel a message goes where the first cannot reach its recipient, at night, and when the day is full."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from notification.rules.domain.defaults import DEFAULTS
from notification.sending.quiet import Peace
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.messages.rules import MessageRuleReplacement
from shared_schemas.notification import Message
from tests.support.notification import START, PostOffice, Provider
from tests.support.waiting import PATIENCE_SECONDS, eventually

BY_MAIL = next(rule for rule in DEFAULTS if rule.name == "booking_confirmed.email")
BY_SMS = next(rule for rule in DEFAULTS if rule.name == "booking_confirmed.sms")
FIXED = {"id", "name", "version", "since", "fixed"}


@pytest.fixture
def office(office: PostOffice) -> PostOffice:
    """A confirmation goes by mail, and by SMS to whom no mail reaches."""
    office.rules.replace(BY_SMS.id, MessageRuleReplacement.model_validate(BY_SMS.model_dump(exclude=FIXED) | OFF))
    ways = {"channels": ["email", "sms"]}
    office.rules.replace(BY_MAIL.id, MessageRuleReplacement.model_validate(BY_MAIL.model_dump(exclude=FIXED) | ways))
    return office


OFF = {"active": False}


def confirmed(office: PostOffice) -> list[tuple[str, str, str | None]]:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    return sorted((n.channel, n.status, n.reason) for n in office.queued())


def test_the_first_channel_that_reaches_them_is_enough(office: PostOffice) -> None:
    assert confirmed(office) == [("email", "sent", None)]


def test_who_has_no_address_is_reached_by_the_next(office: PostOffice) -> None:
    office.people.email = None
    assert confirmed(office) == [("email", "skipped", "no_address"), ("sms", "sent", None)]


def test_what_is_refused_for_good_goes_by_the_next_once(office: PostOffice) -> None:
    office.mail.trouble = [PermanentDeliveryError("ses_MessageRejected")]
    assert confirmed(office) == [("email", "failed", "ses_MessageRejected"), ("sms", "sent", None)]
    office.sending.send_due(Turn())
    assert len(office.sms.sent) == 1


def test_an_outage_is_waited_for_first(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("ses_down")]
    assert confirmed(office) == [("email", "pending", "ses_down")]


def test_who_was_erased_is_not_looked_for_elsewhere(office: PostOffice) -> None:
    office.people.trouble = PermanentDeliveryError("recipient_gone")
    assert confirmed(office) == [("email", "failed", "recipient_gone")]


def test_at_night_a_reminder_waits_for_the_morning_and_no_attempt_is_counted(office: PostOffice) -> None:
    start = START.replace(hour=9)
    office.take(office.booking(BookingConfirmed, 2, "confirmed", start=start, end=start + timedelta(hours=2)))
    office.clock.go_to(start - timedelta(hours=2))
    office.reminders.run(Turn())

    [waits] = [n for n in office.queued() if n.status == "pending"]
    assert (waits.reason, waits.attempts, waits.next_attempt_at) == ("quiet_hours", 0, start.replace(hour=8))
    office.clock.go_to(start.replace(hour=8))
    office.sending.send_due(Turn())

    assert [(n.status, n.attempts) for n in office.queued() if n.template == "booking_reminder"] == [("sent", 1)]


def test_who_was_told_enough_for_a_day_is_left_alone_until_the_next(office: PostOffice) -> None:
    office.sending._peace = Peace(daily=1)
    assert [status for _, status, _ in confirmed(office)] == ["sent"]
    office.people.email = None
    office.take(office.booking(BookingConfirmed, 3, "confirmed"))
    assert ("skipped", "too_many_today") in [(n.status, n.reason) for n in office.queued()]

    office.clock.advance(days=1, seconds=1)
    office.take(office.booking(BookingConfirmed, 4, "confirmed"))
    assert len(office.sms.sent) == 1


class Later:
    """Leaves everything to the job."""

    def send(self, ids: Sequence[UUID]) -> None:
        """Nothing yet."""

    def send_due(self, _turn: Turn) -> int:
        return 0


class Stuck(Provider):
    """A provider that answers only when it is let go."""

    def __init__(self) -> None:
        super().__init__("email")
        self.asked, self.let_go = threading.Event(), threading.Event()

    def send(self, *args: Any) -> Any:
        self.asked.set()
        assert self.let_go.wait(PATIENCE_SECONDS)
        return super().send(*args)


@pytest.fixture
def stuck(office: PostOffice) -> Iterator[Stuck]:
    stuck = Stuck()
    office.sending._senders = {"email": stuck, "sms": office.sms}
    yield stuck
    stuck.let_go.set()


def test_a_provider_that_hangs_delays_no_other_channel(office: PostOffice, stuck: Stuck, engine: Engine) -> None:
    for _ in range(3):
        another = PostOffice(engine)
        another.messages._outgoing = Later()
        another.take(another.booking(BookingConfirmed, 2, "confirmed"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE notification.notifications SET channel = 'sms' WHERE id IN"
                                " (SELECT id FROM notification.notifications ORDER BY id LIMIT 2)"))  # fmt: skip

    run = threading.Thread(target=office.sending.send_due, args=(Turn(),))
    run.start()
    assert stuck.asked.wait(PATIENCE_SECONDS)
    eventually(lambda: len(office.sms.sent) == 2)
    assert stuck.sent == []
    stuck.let_go.set()
    run.join(PATIENCE_SECONDS)
    assert len(stuck.sent) == 1


def test_a_template_that_does_not_render_delays_nobody_else(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    renders = Provider.render

    def broken(self: Provider, words: Any) -> Message:
        if "booking_confirmed" in words.name:
            raise ValueError("a broken template")
        return renders(self, words)

    monkeypatch.setattr(Provider, "render", broken)
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.clock.go_to(START - timedelta(hours=23))
    office.reminders.run(Turn())

    states = {(n.template, n.channel): (n.status, n.reason) for n in office.queued()}
    assert states["booking_confirmed", "email"] == ("pending", "ValueError")
    assert states["booking_reminder", "email"] == ("sent", None)
