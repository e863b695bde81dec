"""When a message waits for the morning, and which are left out of a full day."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notification.messages.domain.deliveries import Delivery
from notification.sending.quiet import Peace
from shared_schemas.channels import Channel
from shared_schemas.notification import TemplateName
from tests.support.notification import START, delivery, facts
from tests.support.runs.table import each

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = START.date() - timedelta(days=1)
MORNING = datetime.combine(DAY, time(8), MOSCOW)
NEXT_MORNING = MORNING + timedelta(days=1)


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock), MOSCOW)


def waiting(channel: Channel = "sms", asked: datetime | None = None, **changes: object) -> Delivery:
    about = facts(**changes)
    return replace(delivery("booking_reminder", channel, about), urgent=asked is not None, created_at=asked)


def ending(clock: str) -> Delivery:
    """Of an offer that ends then."""
    return replace(delivery("waitlist_ending", "sms", facts(hold_expires_at=at(clock))), urgent=False)


CASES = {
    "by day": (waiting(), at("12:00"), None),
    "when the night begins": (waiting(), at("22:00"), NEXT_MORNING),
    "a minute before": (waiting(), at("21:59"), None),
    "after midnight": (waiting(), at("03:00"), MORNING),
    "when the night ends": (waiting(), at("08:00"), None),
    "a mail wakes nobody": (waiting("email"), at("03:00"), None),
    "what was just asked for": (waiting(asked=at("02:45")), at("03:00"), None),
    "what was asked for and is no news any more": (waiting(asked=at("02:00")), at("03:00"), MORNING),
    "of a visit that begins before the morning": (waiting(start=at("07:00"), end=at("09:00")), at("05:00"), None),
    "of an offer that ends before the morning": (ending("03:19"), at("03:00"), None),
    "of an offer that stands in the morning": (ending("08:30"), at("03:00"), MORNING),
    "where it is day": (waiting(timezone="Asia/Vladivostok"), at("03:00"), None),
    "where the night has begun": (
        waiting(timezone="Asia/Vladivostok"),
        at("16:00"),
        datetime.combine(DAY, time(8), ZoneInfo("Asia/Vladivostok")) + timedelta(days=1),
    ),
}


@each(("case", "row"), CASES.items(), ids=str)
def test_text_messages_wait_for_the_morning(case: str, row: tuple[Delivery, datetime, datetime | None]) -> None:
    waits, now, until = row
    assert Peace().until(waits, now) == until, case


def test_hours_that_are_none_make_nobody_wait() -> None:
    assert Peace(time(0), time(0)).until(waiting(), at("03:00")) is None


def test_a_full_day_has_room_for_what_the_visit_needs() -> None:
    assert Peace(daily=40).room(delivery("booking_reminder", "sms", facts())) == 40
    assert Peace(daily=40).room(delivery("session_ended", "email", None)) is None
    extra: tuple[TemplateName, ...] = ("review_request", "staff_alarm")
    for template in extra:
        about = facts() if template == "review_request" else None
        assert Peace(daily=40).room(delivery(template, "email", about)) == 10
