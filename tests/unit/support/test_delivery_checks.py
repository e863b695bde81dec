"""The checks of the delivery test see what they are there to see: each is shown facts that were cooked."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import pytest

from integration.visits.domain import folded, movement_of, visit_of
from tests.support.booking.made import NOW
from tests.support.integration.reports import MONDAY, paid, told
from tests.support.stories.delivery.checks import CHECKS, wrong
from tests.support.stories.delivery.facts import Facts, Known, Letter, Note
from tests.support.stories.delivery.receivers import Receiver

HELD, GONE = UUID(int=7), UUID(int=8)
HOUR = timedelta(hours=1)
CREATED = told("booking.created", HELD, 1, NOW)
CONFIRMED = told("booking.confirmed", HELD, 2, NOW + HOUR, status="confirmed")
PAID = paid(HELD, 100, NOW)
OTHER = told("booking.created", GONE, 1, NOW)
EXPIRED = told("booking.expired", GONE, 2, NOW + HOUR, status="expired")
TOLD = [CREATED, CONFIRMED, PAID, OTHER, EXPIRED]
VISIT = folded([v for v in map(visit_of, (CREATED, CONFIRMED)) if v])
LOST = folded([v for v in map(visit_of, (OTHER, EXPIRED)) if v])
MOVEMENT = movement_of(PAID)
assert VISIT
assert LOST
assert MOVEMENT
START = (MONDAY + 10 * HOUR).astimezone(UTC).isoformat()
NOTES = [
    Note(str(CONFIRMED.id), "booking_confirmed", "email", "sent"),
    Note(str(CONFIRMED.id), "booking_confirmed", "sms", "failed"),
    Note(str(PAID.id), "payment_succeeded", "email", "sent"),
    Note(str(EXPIRED.id), "booking_expired", "email", "sent"),
    Note("reminder:7:1", "booking_reminder", "email", "skipped"),
]
SENT = [str(event.id) for event in TOLD]
WELL = Receiver("well", True, [(event, "delivered", None) for event in SENT], Counter(SENT * 2))
BROKEN = Receiver("broken", False, [(event, "waiting", "http_500") for event in SENT], Counter(SENT * 9))
RIGHT = Facts(
    told=TOLD,
    logged=TOLD,
    poison={"poison 1": "messages"},
    letters=[Letter("messages", "poison 1", "discarded"), Letter("event-log", "{}", "redriven")],
    reported=frozenset({"messages", "event-log"}),
    depths={"messages": 0, "messages-dead-letters": 0},
    notes=NOTES,
    known={HELD: Known(2, "confirmed", START), GONE: Known(2, "expired", START)},
    visits={HELD: VISIT, GONE: LOST},
    movements={MOVEMENT.id: MOVEMENT},
    receivers=[WELL, BROKEN],
    answered={"k1": str(HELD), "k2": str(GONE), "k3": None},
    bookings=[str(HELD), str(GONE)],
)
COOKED: dict[str, tuple[str, dict[str, Any]]] = {
    "an event is lost": ("every_event_is_in_the_log_once", {"logged": TOLD[1:]}),
    "an event is logged twice": ("every_event_is_in_the_log_once", {"logged": [*TOLD, PAID]}),
    "an event was changed": (
        "every_event_is_in_the_log_once", {"logged": [CREATED.model_copy(update={"time": NOW - HOUR}), *TOLD[1:]]},
    ),
    "an event nobody told": ("every_event_is_in_the_log_once", {"logged": [*TOLD, paid(HELD, 5, NOW)]}),
    "an event waits": ("every_event_is_in_the_log_once", {"unpublished": ["e1"]}),
    "a subscriber lacks one": ("every_subscriber_got_everything", {"missing": "x for y"}),
    "a dead letter is lost": ("every_dead_letter_is_seen", {"letters": RIGHT.letters[1:]}),
    "a dead letter is kept twice": ("every_dead_letter_is_seen", {"letters": [*RIGHT.letters, RIGHT.letters[0]]}),
    "a dead letter waits": (
        "every_dead_letter_is_seen", {"letters": [*RIGHT.letters, Letter("messages", "{}", "waiting")]},
    ),
    "a dead letter stays in the broker": ("every_dead_letter_is_seen", {"depths": {"messages-dead-letters": 1}}),
    "a dead letter is reported by nobody": ("every_dead_letter_is_seen", {"reported": frozenset({"messages"})}),
    "a mail goes out twice": ("nobody_is_told_twice", {"notes": [*NOTES, NOTES[0]]}),
    "a mail is missing": ("everybody_is_told", {"notes": NOTES[1:]}),
    "a receipt of money is missing": ("everybody_is_told", {"notes": [*NOTES[:2], *NOTES[3:]]}),
    "a mail was given up": ("everybody_is_told", {"notes": [replace(NOTES[0], status="failed"), *NOTES[1:]]}),
    "an SMS that stands was skipped": (
        "everybody_is_told", {"notes": [NOTES[0], replace(NOTES[1], status="skipped"), *NOTES[2:]]},
    ),
    "a mail about nothing": (
        "nobody_is_told_what_did_not_happen", {"notes": [*NOTES, Note("e9", "booking_expired", "email", "sent")]},
    ),
    "an alarm about nothing": (
        "nobody_is_told_what_did_not_happen",
        {"notes": [*NOTES, Note("alarm:2026-12-01:payment.refund.refund_failed:", "staff_alarm", "email", "sent")]},
    ),
    "the wrong mail": (
        "nobody_is_told_what_did_not_happen",
        {"notes": [*NOTES, Note(str(PAID.id), "payment_refunded", "email", "sent")]},
    ),
    "a message of a kind that is none": (
        "nobody_is_told_what_did_not_happen", {"notes": [*NOTES, Note(str(PAID.id), "spam", "email", "sent")]},
    ),
    "a booking went back in time": (
        "notification_knows_every_booking", {"known": {**RIGHT.known, HELD: Known(1, "pending", START)}},
    ),
    "a booking is unknown": ("notification_knows_every_booking", {"known": {HELD: RIGHT.known[HELD]}}),
    "a visit is missing": ("reports_have_every_visit", {"visits": {HELD: VISIT}}),
    "a visit's confirmation is forgotten": (
        "reports_have_every_visit", {"visits": {HELD: replace(VISIT, confirmed_at=None), GONE: LOST}},
    ),
    "money is missing": ("reports_have_every_movement", {"movements": {}}),
    "money is doubled": (
        "reports_have_every_movement", {"movements": {**RIGHT.movements, HELD: replace(MOVEMENT, id=HELD)}},
    ),
    "a webhook was never to be sent": (
        "webhooks_reach_whoever_works", {"receivers": [replace(WELL, deliveries=WELL.deliveries[1:])]},
    ),
    "a webhook is doubled": (
        "webhooks_reach_whoever_works", {"receivers": [replace(WELL, deliveries=WELL.deliveries[:1] * 2)]},
    ),
    "a webhook was not delivered": ("webhooks_reach_whoever_works", {"receivers": [replace(BROKEN, works=True)]}),
    "a webhook did not arrive": ("webhooks_reach_whoever_works", {"receivers": [replace(WELL, calls=Counter())]}),
    "what is broken takes something": ("webhooks_reach_whoever_works", {"receivers": [replace(WELL, works=False)]}),
    "a webhook is forged": ("webhooks_reach_whoever_works", {"receivers": [replace(WELL, forged=1)]}),
    "a booking is lost": ("no_booking_is_lost_or_doubled", {"bookings": [str(HELD)]}),
    "a booking is doubled": ("no_booking_is_lost_or_doubled", {"bookings": [*RIGHT.bookings, str(UUID(int=9))]}),
    "two requests made one booking": (
        "no_booking_is_lost_or_doubled", {"answered": {**RIGHT.answered, "k3": str(HELD)}},
    ),
}  # fmt: skip


def test_what_is_right_passes() -> None:
    assert wrong(RIGHT) == []


@pytest.mark.parametrize("name", COOKED)
def test_what_is_wrong_is_noticed(name: str) -> None:
    check, changes = COOKED[name]

    assert check in {line.partition(":")[0] for line in wrong(replace(RIGHT, **changes))}


def test_every_check_is_shown_cooked_facts() -> None:
    assert {check for check, _ in COOKED.values()} == {check.__name__ for check in CHECKS}
