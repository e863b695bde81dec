"""What SES tells of mail: messages have it, and addresses that bounced or complained get no more until staff say so."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from infra.sandbox.carriers.ses.events import events, wrapped
from notification.channels.email.ses.events import news
from notification.errors import CallbackMalformedError
from notification.suppressions.errors import MailUnknownError, SuppressionNotFoundError
from shared_schemas.codes import PendingCode
from shared_schemas.events.accounts import AccountJoined, CodeRequested
from shared_schemas.events.bookings import BookingCancelled, BookingConfirmed, BookingCreated
from shared_schemas.messages.suppressions import SuppressionLift, SuppressionsQuery
from tests.support.notification import PostOffice, somebody

BOUNCE, COMPLAINT, SOFT = ("bounce", "complaint", "ooto")
LIFT = SuppressionLift(reason="They called")


@pytest.fixture(autouse=True)
def _nothing_left(engine: Engine, emptied: None) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.suppressions"))


@pytest.fixture
def office(office: PostOffice, engine: Engine) -> PostOffice:
    """A confirmation went by mail."""
    office.people.email = somebody()
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    sent_by_ses(office, engine)
    return office


def sent_by_ses(office: PostOffice, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE notification.notifications SET provider = 'ses', provider_reference = CAST(booking_id AS text)"
                " WHERE booking_id = :id AND channel = 'email' AND status = 'sent'"
            ),
            {"id": office.booking_id},
        )


def told(office: PostOffice, what: str = "", **changes: Any) -> list[dict[str, Any]]:
    """What the sandbox would publish of that mail."""
    reference, now = changes.get("reference", str(office.booking_id)), office.clock.now()
    to = f"{what}@simulator.amazonses.com" if what else "x@example.test"
    said = json.dumps(events(reference, to, now, bounces=False)).replace(to, str(office.people.email))
    return list(json.loads(said))


def hears(office: PostOffice, *published: dict[str, Any]) -> None:
    for each in published:
        office.app.mail_events.take(wrapped(each))


def hears_late(office: PostOffice, *published: dict[str, Any]) -> None:
    """When nobody expects the mail to be recorded any more."""
    office.clock.advance(minutes=2)
    hears(office, *published)


def fate(office: PostOffice) -> tuple[str | None, str | None]:
    (mail,) = [n for n in office.queued() if n.channel == "email" and n.template == "booking_confirmed"]
    return mail.delivery, mail.delivery_reason


def states(office: PostOffice) -> list[tuple[str, str, str | None]]:
    return [(n.channel, n.status, n.reason) for n in office.queued() if n.template == "booking_cancelled"]


def cancelled(office: PostOffice) -> list[tuple[str, str, str | None]]:
    office.take(office.booking(BookingCancelled, 3, "cancelled"))
    return states(office)


def test_a_mail_that_arrived_is_delivered(office: PostOffice) -> None:
    hears(office, *told(office))
    assert fate(office) == ("delivered", None)
    assert cancelled(office) == [("email", "sent", None)]


def test_an_address_that_bounced_gets_no_more_and_staff_see_why(office: PostOffice) -> None:
    hears(office, *told(office, BOUNCE))
    assert fate(office) == ("undelivered", "ses_bounce_Permanent_General")
    assert cancelled(office) == [("email", "skipped", "suppressed_bounce")]
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert (shown.address, shown.reason, shown.detail) == (
        office.people.email, "bounce", "ses_bounce_Permanent_General",
    )  # fmt: skip
    (masked,) = office.app.suppressions.page(SuppressionsQuery(), whole=False).data
    assert masked.address != office.people.email


def test_who_complained_is_left_alone_but_for_a_code_that_they_ask_for(office: PostOffice) -> None:
    hears(office, *told(office, COMPLAINT))
    assert fate(office) == ("complained", "ses_complaint_abuse")
    assert cancelled(office) == [("email", "skipped", "suppressed_complaint")]
    code_id, before, to = uuid4(), len(office.mail.sent), str(office.people.email)
    office.codes.waiting[code_id] = PendingCode(
        purpose="sign_in", channel="email", address=to, locale="ru", secret="204815"
    )
    asked = CodeRequested(code_id=code_id, account_id=uuid4(), purpose="sign_in", channel="email")
    office.take(office.wrap(asked, "gateway"))
    assert len(office.mail.sent) == before + 1


def test_the_next_channel_brings_what_mail_cannot(office: PostOffice) -> None:
    hears(office, *told(office, BOUNCE))
    another = PostOffice(office.engine)
    another.people.email = office.people.email
    another.take(another.booking(BookingCreated, 1, "pending"), another.booking(BookingConfirmed, 2, "confirmed"))
    ways = sorted((n.channel, n.status, n.reason) for n in another.queued() if n.template == "booking_confirmed")
    assert ways == [("email", "skipped", "suppressed_bounce"), ("sms", "sent", None)]


def test_what_passes_suppresses_nobody(office: PostOffice) -> None:
    hears(office, *told(office, SOFT))
    assert fate(office) == ("undelivered", "ses_bounce_Transient_General")
    assert cancelled(office) == [("email", "sent", None)]


def test_news_come_twice_and_in_any_order(office: PostOffice) -> None:
    delivery, complaint = told(office, COMPLAINT)
    (bounce,) = told(office, BOUNCE)
    hears(office, complaint, bounce, delivery, complaint, delivery)
    assert fate(office) == ("complained", "ses_complaint_abuse")
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert shown.reason == "complaint"


def test_staff_lift_it_and_what_was_told_before_does_not_bring_it_back(office: PostOffice) -> None:
    (bounce,) = told(office, BOUNCE)
    hears(office, bounce)
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    office.app.suppressions.lift(shown.id, LIFT, whole=True)
    hears(office, bounce)
    assert office.app.suppressions.page(SuppressionsQuery(), whole=True).data == []
    assert cancelled(office) == [("email", "sent", None)]
    with pytest.raises(SuppressionNotFoundError):
        office.app.suppressions.lift(shown.id, LIFT, whole=True)
    hears(office, *told(office, BOUNCE))
    assert len(office.app.suppressions.page(SuppressionsQuery(), whole=True).data) == 1


def test_an_erasure_leaves_the_wish_and_takes_the_address(office: PostOffice) -> None:
    hears(office, *told(office, COMPLAINT))
    office.take(office.erasure())
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert shown.address is None
    with office.work() as work:
        assert work.suppressions.why(str(office.people.email).upper()) == "complaint"


def test_news_after_an_erasure_keep_no_address(office: PostOffice) -> None:
    office.take(office.erasure())
    hears_late(office, *told(office, COMPLAINT))
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert shown.address is None
    with office.work() as work:
        assert work.suppressions.why(str(office.people.email)) == "complaint"


def test_an_erasure_takes_the_address_of_a_guest_who_joined_the_account(office: PostOffice) -> None:
    hears(office, *told(office, BOUNCE))
    account = uuid4()
    office.take(office.wrap(AccountJoined(account_id=account, guest_ids=[office.customer_id]), "gateway"))
    office.customer_id = account
    exported = office.app.disclosing.of(account, 0).sections
    assert [row["reason"] for each in exported if each.name == "suppressions" for row in each.rows] == ["bounce"]
    office.take(office.erasure())
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert shown.address is None


def test_a_mail_that_is_not_recorded_yet_is_asked_for_again_and_an_old_one_is_not_ours(office: PostOffice) -> None:
    unknown = told(office, BOUNCE, reference="nobody-knows")
    with pytest.raises(MailUnknownError):
        hears(office, *unknown)
    hears_late(office, *unknown)
    (shown,) = office.app.suppressions.page(SuppressionsQuery(), whole=True).data
    assert shown.address is None


def test_what_cannot_be_read_is_told_to_staff_and_does_not_come_again(office: PostOffice) -> None:
    for body in ("", "[]", '{"eventType": "Bounce"}', '{"Type": "Notification", "Message": "no"}'):
        with pytest.raises(CallbackMalformedError):
            news(body)
        office.app.mail_events.take(body)
    assert office.told().count("service.error") == 1


def test_both_shapes_are_read_and_addresses_that_the_mail_did_not_go_to_are_left(office: PostOffice) -> None:
    (bounce,) = told(office, BOUNCE)
    identity = {"notificationType": bounce.pop("eventType"), **bounce}
    identity["bounce"]["bouncedRecipients"].append({"emailAddress": "forwarded@example.test"})
    found = news(json.dumps(identity))
    assert found is not None
    assert (found.kind, found.for_good, found.addresses) == ("bounced", True, [office.people.email])
    assert news(json.dumps({"eventType": "Open", "mail": bounce["mail"]})) is None
