"""Which messages people want: told by themselves, and left by the link of a mail."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from notification import composition
from notification.app import api
from notification.channels.email.mime import mime
from notification.channels.port import Parcel
from notification.preferences.domain import Leave, shown
from notification.preferences.errors import LeaveLinkError
from shared_schemas.events.accounts import AccountJoined
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.messages.preferences import LeftMessages, PreferencesReplacement
from shared_schemas.notification import Message
from tests.support.clock import NOW
from tests.support.notification import PostOffice
from tests.support.rest import Answer, call, rest_event

BY_MAIL, BY_SMS = (LeftMessages(kind="reminders", channel=each) for each in ("email", "sms"))


@pytest.fixture(autouse=True)
def _nothing_left(engine: Engine, emptied: None) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.left_messages; DELETE FROM notification.readers"))


def reminded(office: PostOffice) -> None:
    """A booking of tomorrow, confirmed some days ago."""
    start = NOW + timedelta(hours=20)
    office.clock.go_to(NOW - timedelta(days=3))
    office.take(office.booking(BookingConfirmed, 2, "confirmed", start=start, end=start + timedelta(hours=2)))
    office.clock.go_to(NOW)
    office.reminders.run(Turn())


def link(office: PostOffice) -> str:
    return str(office.mail.sent[-1][1].unsubscribe)


def test_a_reminder_may_be_left_by_its_link_and_what_is_needed_stays(office: PostOffice) -> None:
    reminded(office)
    confirmation, reminder = (message for _, message in office.mail.sent)
    token = link(office).rpartition("/")[2]

    assert confirmation.unsubscribe is None
    assert reminder.unsubscribe and reminder.unsubscribe in reminder.text and reminder.unsubscribe in str(reminder.html)
    assert office.app.preferring.looked_at(token)[1] is False
    assert [office.app.preferring.leave(token, again=False)[1] for _ in range(2)] == [True, True]

    again = PostOffice(office.engine)
    again.customer_id = office.customer_id
    reminded(again)
    assert [message.unsubscribe for _, message in again.mail.sent] == [None]
    assert [n.reason for n in again.queued() if n.status == "skipped"] == ["unsubscribed"]
    assert len(again.sms.sent) == 2

    office.app.preferring.leave(token, again=True)
    assert office.app.preferring.looked_at(token)[1] is False


def test_who_has_signed_in_says_all_at_once(office: PostOffice) -> None:
    said = office.app.preferring.replace(office.customer_id, PreferencesReplacement(left=[BY_SMS, BY_SMS]))

    assert office.app.preferring.of(office.customer_id) == said
    assert {(one.kind, one.channel) for one in said.messages if not one.wanted} == {("reminders", "sms")}
    assert {one.kind for one in said.messages if one.needed} == {"visits"}
    assert all(one.wanted for one in office.app.preferring.of(uuid4()).messages)


def test_what_a_visit_needs_is_wanted_whatever_was_noted() -> None:
    noted = shown({Leave("visits", "email"), Leave("alarms", "email")}, staff=True)
    assert {one.kind for one in noted.messages if not one.wanted} == {"alarms"}
    assert "alarms" not in {one.kind for one in shown([], staff=False).messages}


def test_an_export_has_what_a_person_left(office: PostOffice) -> None:
    office.app.preferring.replace(office.customer_id, PreferencesReplacement(left=[BY_SMS]))
    [section] = office.app.disclosing.of(office.customer_id, 0).sections
    assert section.name == "left_messages"
    assert [(row["kind"], row["channel"]) for row in section.rows] == [("reminders", "sms")]


def test_the_link_of_a_guest_leads_to_the_account_and_ends_with_the_person(office: PostOffice) -> None:
    reminded(office)
    token, account = link(office).rpartition("/")[2], uuid4()
    office.app.preferring.replace(office.customer_id, PreferencesReplacement(left=[BY_SMS]))

    office.take(office.wrap(AccountJoined(account_id=account, guest_ids=[office.customer_id]), "gateway"))
    office.app.preferring.leave(token, again=False)
    assert {one.channel for one in office.app.preferring.of(account).messages if not one.wanted} == {"email", "sms"}

    office.customer_id = account
    office.take(office.erasure())
    with pytest.raises(LeaveLinkError):
        office.app.preferring.looked_at(token)


@pytest.mark.parametrize("token", ["nothing", "x.reminders.email", "x.visits.email", "..", "x.reminders.pigeon"])
def test_a_link_that_is_not_whole_leaves_nothing(office: PostOffice, token: str) -> None:
    with pytest.raises(LeaveLinkError):
        office.app.preferring.leave(token, again=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_broken_link_is_a_page_for_people_and_a_problem_for_programs(office: PostOffice, method: str) -> None:
    def ask(accepts: str) -> Answer:
        headers = {"Accept-Language": "ru", "Accept": accepts}
        return call(api, rest_event(f"{method} /v1/unsubscribe/{{token}}", path={"token": "cut"}, headers=headers))

    with composition.app.replaced(office.app):
        page, problem = ask("text/html,application/xhtml+xml"), ask("*/*")

    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "скопирована не целиком" in str(page.body) and "<form" not in str(page.body)
    assert (problem.status, problem.code) == (404, "leave_link_unknown")


def test_the_page_asks_first_in_the_readers_language_and_a_mailbox_leaves_at_once(office: PostOffice) -> None:
    reminded(office)
    path = {"token": link(office).rpartition("/")[2]}
    with composition.app.replaced(office.app):
        asked = call(api, rest_event("GET /v1/unsubscribe/{token}", path=path, headers={"Accept-Language": "ru"}))
        assert "Не присылать их больше?" in str(asked.body)
        assert office.app.preferring.looked_at(path["token"])[1] is False
        left = call(api, rest_event("POST /v1/unsubscribe/{token}", path=path, headers={"Accept-Language": "en"}))

    assert (left.status, "no longer sent" in str(left.body)) == (200, True)
    policy = left.headers["content-security-policy"]
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    # With none at all a browser would say that the form comes from nowhere, which whoever guards a form refuses.
    assert left.headers["referrer-policy"] == "same-origin"
    assert office.app.preferring.looked_at(path["token"])[1] is True


def test_a_mail_that_may_be_left_says_so_to_mailboxes() -> None:
    def headers(unsubscribe: str | None) -> tuple[object, object]:
        message = Message(text="x", subject="x", unsubscribe=unsubscribe)
        mail = message_from_bytes(mime("S <s@x.test>", Parcel(uuid4(), "a@x.test", message)))
        return mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]

    assert headers("https://s.test/v1/unsubscribe/a.reminders.email") == (
        "<https://s.test/v1/unsubscribe/a.reminders.email>",
        "List-Unsubscribe=One-Click",
    )
    assert headers(None) == (None, None)
