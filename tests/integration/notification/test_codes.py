"""One-time codes on real PostgreSQL: they go out, and nothing of them stays."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from core.jobs import Turn
from notification.errors import CodeNotRepeatedError, TransientDeliveryError
from shared_schemas.channels import Channel
from shared_schemas.codes import PendingCode
from shared_schemas.common import Role
from shared_schemas.events.accounts import CodeRequested
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.events.staff import StaffInvited
from shared_schemas.notification import Notification, NotificationsQuery
from shared_schemas.staff import PendingInvitation
from tests.integration.notification.test_erasure import everything
from tests.support.notification import PostOffice
from tests.support.samples import envelope, sample

SECRET, PHONE = "048152", "+79039990011"


def asked(office: PostOffice, channel: Channel = "sms") -> UUID:
    """A code waits at the gateway, and its event arrives; returns whose it is."""
    code_id, owner = uuid4(), uuid4()
    address = PHONE if channel == "sms" else "boris@example.test"
    office.codes.waiting[code_id] = PendingCode(
        purpose="sign_in", channel=channel, address=address, locale="ru", secret=SECRET
    )
    event = CodeRequested(code_id=code_id, account_id=owner, purpose="sign_in", channel=channel)
    office.take(office.wrap(event, "gateway"))
    return owner


def messages(office: PostOffice, owner: UUID) -> list[Notification]:
    return office.history.page(NotificationsQuery(recipient_id=owner)).data


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_code_goes_by_the_channel_it_was_asked_for_and_leaves_nothing_behind(
    office: PostOffice, engine: Engine, channel: Channel
) -> None:
    owner = asked(office, channel)

    [(address, message)] = office.sms.sent + office.mail.sent
    assert address == (PHONE if channel == "sms" else "boris@example.test")
    assert SECRET in message.text
    [kept] = messages(office, owner)
    assert (kept.template, kept.channel, kept.status) == ("sign_in_code", channel, "sent")
    assert (kept.address, kept.message) == (None, None)
    stored = everything(engine) + "".join(event.model_dump_json() for event in office.broker.taken)
    assert not [word for word in (SECRET, PHONE, "boris@example.test") if word in stored]


def test_a_code_that_could_not_be_sent_leaves_nothing_behind_either(office: PostOffice, engine: Engine) -> None:
    office.sms.trouble = [TransientDeliveryError("smsru_down")]
    owner = asked(office)
    assert (messages(office, owner)[0].status, SECRET in everything(engine)) == ("pending", False)

    office.clock.advance(minutes=1)
    assert office.sending.send_due(Turn()) == 1
    assert [message.text[:6] for _, message in office.sms.sent] == [SECRET]


def test_a_code_that_was_used_or_is_over_is_not_sent(office: PostOffice) -> None:
    office.sms.trouble = [TransientDeliveryError("smsru_down")]
    owner = asked(office)
    office.codes.waiting.clear()
    office.clock.advance(minutes=1)
    office.sending.send_due(Turn())
    [kept] = messages(office, owner)
    assert (kept.status, kept.reason, office.sms.sent) == ("skipped", "outdated", [])
    assert office.told() == []


def test_the_event_of_the_queue_becomes_a_message(office: PostOffice) -> None:
    event = envelope("sqs_code_requested").payload()
    assert isinstance(event, CodeRequested)
    office.codes.waiting[event.code_id] = PendingCode(
        purpose=event.purpose, channel=event.channel, address=PHONE, locale="en", secret=SECRET
    )
    assert office.deliver(sample("sqs_code_requested")) == {"batchItemFailures": []}
    assert [(to, message.text[:6]) for to, message in office.sms.sent] == [(PHONE, SECRET)]


def test_staff_cannot_have_a_code_sent_again(office: PostOffice) -> None:
    [kept] = messages(office, asked(office))
    with pytest.raises(CodeNotRepeatedError):
        office.history.resend(kept.id, None)
    assert len(office.sms.sent) == 1


def test_who_has_no_email_is_no_failure(office: PostOffice) -> None:
    office.people.email = None
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert office.states() == [("booking_confirmed", "email", "skipped"), ("booking_confirmed", "sms", "sent")]
    assert office.told() == ["notification.sent"]


def test_an_invitation_goes_to_who_is_invited_and_leaves_nothing_behind(office: PostOffice, engine: Engine) -> None:
    invited, link = uuid4(), "https://api.test/invitation#0a1b2c3d"
    office.codes.invited[invited] = PendingInvitation(email="boris@example.test", locale="ru", link=link)
    office.take(office.wrap(StaffInvited(invitation_id=invited, by=uuid4(), role=Role.MANAGER), "gateway"))

    [(address, message)] = office.mail.sent
    assert (address, office.sms.sent) == ("boris@example.test", [])
    assert link in message.text
    [kept] = messages(office, invited)
    assert (kept.template, kept.status, kept.address, kept.message) == ("staff_invitation", "sent", None, None)
    stored = everything(engine) + "".join(event.model_dump_json() for event in office.broker.taken)
    assert not [word for word in ("0a1b2c3d", "boris@example.test") if word in stored]
    with pytest.raises(CodeNotRepeatedError):
        office.history.resend(kept.id, None)


def test_an_invitation_that_was_taken_back_is_not_sent(office: PostOffice) -> None:
    invited = uuid4()
    office.take(office.wrap(StaffInvited(invitation_id=invited, by=uuid4(), role=Role.MANAGER), "gateway"))
    [kept] = messages(office, invited)
    assert (kept.status, kept.reason, office.mail.sent) == ("skipped", "outdated", [])
