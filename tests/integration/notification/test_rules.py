"""Every message goes by a rule, which staff read, change, switch off, and try on a booking."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.jobs import Turn
from notification.errors import BookingNotFoundError
from notification.messages.domain.plans import PLAN_OF
from notification.rules.domain.checks import ABOUT_NO_VISIT
from notification.rules.domain.defaults import DEFAULTS, FIXED
from notification.rules.errors import (
    RuleChangedError,
    RuleFixedError,
    RuleMisfitError,
    RuleNotFoundError,
    TooManyRulesError,
)
from notification.rules.service import MOST
from shared_schemas.channels import CONNECTED
from shared_schemas.events.bookings import BookingConfirmed, BookingCreated
from shared_schemas.messages.rules import MessageRule, MessageRuleReplacement, MessageRuleRequest
from tests.support.notification import START, PostOffice
from tests.support.runs.table import each

REMINDER: Mapping[str, Any] = {"template": "booking_reminder", "moment": "start", "minutes": -180, "channels": ["sms"]}


def named(name: str) -> MessageRule:
    return next(rule for rule in DEFAULTS if rule.name == name)


def changed(rule: MessageRule, **changes: Any) -> MessageRuleReplacement:
    fixed = {"id", "name", "version", "since", "fixed"}
    return MessageRuleReplacement.model_validate(rule.model_dump(exclude=fixed) | changes)


def request(**changes: Any) -> MessageRuleRequest:
    return MessageRuleRequest.model_validate({**REMINDER, **changes})


def go_before(office: PostOffice, **before: float) -> None:
    office.clock.go_to(START - timedelta(**before))


def test_every_message_goes_by_a_rule() -> None:
    assert {rule.template for rule in DEFAULTS} == PLAN_OF.keys()
    assert len({rule.id for rule in DEFAULTS}) == len(DEFAULTS)
    # Whoever looks at the rules sees which cannot be changed.
    assert {rule.template for rule in DEFAULTS if rule.fixed} == FIXED


def test_a_message_that_is_switched_off_is_not_sent(office: PostOffice) -> None:
    by_sms = named("booking_confirmed.sms")
    office.rules.replace(by_sms.id, changed(by_sms, active=False))

    office.take(office.booking(BookingConfirmed, 2, "confirmed"))

    assert office.states() == [("booking_confirmed", "email", "sent")]


def test_a_message_is_sent_to_those_that_the_condition_names(office: PostOffice, engine: Engine) -> None:
    by_sms = named("booking_confirmed.sms")
    office.rules.replace(by_sms.id, changed(by_sms, condition={"total_from": {"amount": 300_001}}))
    dear = PostOffice(engine)

    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    dear.take(dear.booking(BookingConfirmed, 2, "confirmed", total={"amount": 300_001}))

    assert [channel for _, channel, _ in office.states()] == ["email"]
    assert [channel for _, channel, _ in dear.states()] == ["email", "sms"]


def test_reminders_go_a_day_ahead_by_two_channels_and_two_hours_ahead_by_one(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    for hours in (25, 24, 23, 3, 2, 1):
        go_before(office, hours=hours)
        office.reminders.run(Turn())

    assert [n.channel for n in office.queued() if n.template == "booking_reminder"] == ["email", "sms", "sms"]


def test_a_reminder_that_was_found_late_is_not_sent_beside_the_next(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    go_before(office, hours=1)

    assert office.reminders.run(Turn()) == 1
    assert office.reminders.run(Turn()) == 0

    assert [n.channel for n in office.queued() if n.template == "booking_reminder"] == ["sms"]


def test_a_rule_of_the_studios_own_reminds_from_then_on(office: PostOffice, engine: Engine) -> None:
    """Those for whom it was due before are left alone."""
    late = PostOffice(engine)
    for each_of_them, start in ((office, START), (late, START - timedelta(hours=2))):
        times = {"start": start, "end": start + timedelta(hours=2)}
        each_of_them.take(each_of_them.booking(BookingConfirmed, 2, "confirmed", **times))
    go_before(office, hours=4)
    made = office.rules.create(request(), None)
    go_before(office, hours=3)

    office.reminders.run(Turn())

    queued = [(n.template, n.channel) for n in office.queued()]
    assert queued.count(("booking_reminder", "sms")) == 1
    office.rules.remove(made.id)
    with pytest.raises(RuleNotFoundError):
        office.rules.get(made.id)


def test_a_rule_of_the_product_is_deleted_back_to_what_it_was(office: PostOffice) -> None:
    day = named("booking_reminder.day.email")
    edited = office.rules.replace(day.id, changed(day, minutes=-60 * 36, version=0))
    assert (edited.minutes, edited.version, edited.name) == (-60 * 36, 1, day.name)
    assert office.rules.get(day.id) == edited

    office.rules.remove(day.id)

    assert office.rules.get(day.id) == day


def test_two_who_edit_the_same_rule_do_not_undo_each_other(office: PostOffice) -> None:
    day = named("booking_reminder.day.email")
    office.rules.replace(day.id, changed(day, active=False, version=0))

    with pytest.raises(RuleChangedError):
        office.rules.replace(day.id, changed(day, minutes=-60, version=0))


AT_ONCE = {"moment": None, "minutes": None, "channels": ["email"]}
MISFITS: dict[str, tuple[str, dict[str, Any]]] = {
    "an event that makes another message": (
        "event",
        {"template": "booking_confirmed", "event": "booking.created", "moment": None, "minutes": None},
    ),
    "an event for a message at a time": ("event", {"event": "booking.created", "moment": None, "minutes": None}),
    "a message of an event at a time": ("moment", {"template": "booking_confirmed"}),
    "an untrue status": ("condition.statuses", {"condition": {"statuses": ["cancelled"]}}),
    "to staff, who have no visit": ("audience", {"audience": "staff"}),
    "an alarm to clients": (
        "audience",
        {"template": "staff_alarm", "event": "service.error", **AT_ONCE, "audience": "client"},
    ),
    "a channel for which nothing is written": (
        "channels",
        {"template": "invoice_issued", "event": "invoice.issued", **AT_ONCE, "channels": ["sms"]},
    ),
    "a condition where there is no visit": (
        "condition",
        {"template": "invoice_issued", "event": "invoice.issued", **AT_ONCE, "condition": {"owes": True}},
    ),
}


@each(("case", "misfit"), MISFITS.items(), ids=str)
def test_what_would_not_make_sense_is_refused_at_its_field(
    office: PostOffice, case: str, misfit: tuple[str, dict[str, Any]]
) -> None:
    field, change = misfit
    with pytest.raises(RuleMisfitError) as refused:
        office.rules.create(request(**change), None)
    assert [(each.field, each.code) for each in refused.value.violations] == [(field, RuleMisfitError.code)]
    assert "{" not in refused.value.message("ru")


def test_codes_and_news_of_accounts_cannot_be_switched_off(office: PostOffice) -> None:
    for name in ("sign_in_code.sms", "password_changed.email", "staff_invitation.email"):
        with pytest.raises(RuleFixedError):
            office.rules.replace(named(name).id, changed(named(name), active=False))
        with pytest.raises(RuleFixedError):
            office.rules.remove(named(name).id)


def test_there_are_so_many_and_no_more(office: PostOffice) -> None:
    for number in range(MOST - len(DEFAULTS)):
        office.rules.create(request(minutes=-number), None)
    with pytest.raises(TooManyRulesError):
        office.rules.create(request(), None)


def test_a_rule_is_tried_on_a_booking_and_nothing_is_sent(office: PostOffice) -> None:
    office.take(office.booking(BookingCreated, 1, "pending"))
    office.mail.sent.clear()
    hours = named("booking_reminder.hours.sms")

    tried = office.app.previews.of(hours.id, office.booking_id, whole=True)
    assert (tried.would_send, tried.reason) == (False, "status")
    assert tried.due_at == START - timedelta(hours=2)
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    tried = office.app.previews.of(hours.id, office.booking_id, whole=True)
    masked = office.app.previews.of(hours.id, office.booking_id, whole=False)

    ways = ["max", "telegram", "push", "sms", "email"]
    assert (tried.would_send, [m.channel for m in tried.messages]) == (True, ways)
    # Of messengers and browsers, none is connected.
    text = tried.messages[3].message
    assert text is not None
    assert "Напоминаем" in text.text
    assert [(m.message, m.address) for m in masked.messages[3:]] == [(None, "+7…67"), (None, "a…@example.test")]
    assert {n.template for n in office.queued()} == {"booking_created", "booking_confirmed"}
    with pytest.raises(BookingNotFoundError):
        office.app.previews.of(hours.id, uuid4(), whole=True)


def test_every_rule_can_be_tried(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    for rule in DEFAULTS:
        if rule.name and not rule.name.startswith(SECRETS):
            tried = office.app.previews.of(rule.id, office.booking_id, whole=True)
            if rule.template in ABOUT_NO_VISIT:
                assert tried.reason == "about_no_booking"
                continue
            refused = {m.channel: m.reason for m in tried.messages if m.reason}
            assert refused == dict.fromkeys(set(rule.channels) & set(CONNECTED), "channel_off"), rule.name


SECRETS = ("sign_in", "address_", "password_reset", "account_exists", "staff_invitation")
