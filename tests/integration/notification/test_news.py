"""Certificates, invoices, the till and failures: who is told, once each, and what is kept of it."""

from base64 import b64encode
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.jobs import Turn
from notification.errors import TransientDeliveryError
from notification.rules.domain.defaults import DEFAULTS
from notification.sending.quiet import Peace
from shared_schemas.common import Money, SignedMoney
from shared_schemas.events.desk import CertificateIssued, TillClosed
from shared_schemas.events.invoices import InvoiceIssued
from shared_schemas.events.operations import ServiceError
from shared_schemas.messages.preferences import LeftMessages, PreferencesReplacement
from shared_schemas.messages.rules import MessageRuleReplacement
from shared_schemas.notification import NotificationsQuery
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter
from tests.support.clock import NOW
from tests.support.notification import PostOffice, delivery
from tests.support.samples import sample

CODE = "7K3Q-9D2M-XW4T-0ABC"


def told(office: PostOffice, recipient_id: UUID) -> list[tuple[str, str, str, str | None]]:
    page = office.history.page(NotificationsQuery(recipient_id=recipient_id))
    return [(n.template, n.channel, n.status, n.reason) for n in page.data]


def certificate(office: PostOffice, **changes: Any) -> CertificateIssued:
    event = CertificateIssued(certificate_id=uuid4(), customer_id=office.customer_id)
    about: dict[str, Any] = {
        "name": "Подарок", "unit": "minutes", "face": 630, "remaining": 630, "hall_ids": [], "tariffs": [],
        "valid_from": date(2026, 12, 1), "valid_until": date(2027, 6, 1), "state": "active", "tail": "0ABC",
        "code": CODE,
    }  # fmt: skip
    office.links.certificates[event.certificate_id] = CertificateLetter.model_validate(about | changes)
    return event


def till(difference: int) -> TillClosed:
    sums = {"expected": SignedMoney(amount=100_000), "counted": Money(amount=100_000 + difference)}
    return TillClosed(till_id=uuid4(), opened_at=NOW, closed_at=NOW, difference=SignedMoney(amount=difference), **sums)


def failure(code: str = "refund_failed", payment_id: UUID | None = None) -> ServiceError:
    return ServiceError(service="payment", operation="refund", code=code, detail="It failed", payment_id=payment_id)


def test_a_certificate_is_written_to_its_buyer_and_its_code_is_kept_nowhere(office: PostOffice) -> None:
    office.take(office.wrap(certificate(office), "payment"))

    [(_, mail)] = office.mail.sent
    assert CODE in mail.text and CODE in str(mail.html) and "10\u00a0ч 30\u00a0мин" in mail.text
    [kept] = office.history.page(NotificationsQuery(recipient_id=office.customer_id)).data
    assert kept.message and CODE not in kept.message.model_dump_json()
    assert kept.message.subject == mail.subject


def test_whoever_has_no_mail_gets_it_by_sms(office: PostOffice) -> None:
    office.people.email = None
    office.take(office.wrap(certificate(office), "payment"))

    assert office.sms.sent[0][1].text.endswith(CODE)


@pytest.mark.parametrize(
    ("changes", "reason"), [({"state": "used_up"}, "outdated"), ({"state": "blocked"}, "outdated")]
)
def test_a_certificate_that_is_good_for_nothing_is_not_written_of(
    office: PostOffice, changes: dict[str, Any], reason: str
) -> None:
    office.take(office.wrap(certificate(office, **changes), "payment"))

    assert told(office, office.customer_id) == [("certificate_issued", "email", "skipped", reason)]


def test_a_certificate_of_whoever_came_is_told_to_nobody(office: PostOffice) -> None:
    event = certificate(office).model_copy(update={"customer_id": None})
    office.take(office.wrap(event, "payment"))

    assert office.mail.sent == office.sms.sent == []


@pytest.fixture
def invoice(office: PostOffice) -> InvoiceIssued:
    event = InvoiceIssued(
        invoice_id=uuid4(), company_id=uuid4(), number="2026-17", booking_ids=[], total=Money(amount=5), due=NOW.date()
    )
    office.links.invoices[event.invoice_id] = InvoiceLetter(
        number="2026-17",
        status="issued",
        left=Money(amount=300_000),
        due=date(2026, 12, 6),
        email="buh@example.test",
        pdf=b64encode(b"%PDF").decode(),
    )
    return event


def test_a_company_gets_its_invoice_as_a_file(office: PostOffice, invoice: InvoiceIssued) -> None:
    office.take(office.wrap(invoice, "payment"))

    [(address, mail)], [file] = office.mail.sent, office.mail.files
    assert (address, mail.subject) == ("buh@example.test", "Счёт № 2026-17 на 3000 ₽")
    assert (file.name, file.kind, file.content) == ("invoice-2026-17.pdf", "application/pdf", b"%PDF")


def test_a_company_that_reads_english_gets_the_mail_in_english(office: PostOffice, invoice: InvoiceIssued) -> None:
    letter = office.links.invoices[invoice.invoice_id]
    office.links.invoices[invoice.invoice_id] = letter.model_copy(update={"locale": "en"})
    office.take(office.wrap(invoice, "payment"))

    assert office.mail.sent[0][1].subject == "Invoice No. 2026-17: RUB 3000"
    assert "Please pay it by 6 December 2026" in office.mail.sent[0][1].text


@pytest.mark.parametrize(("changes", "reason"), [({"status": "void"}, "outdated"), ({"email": None}, "no_email")])
def test_an_invoice_that_is_void_or_has_no_address_is_not_sent(
    office: PostOffice, invoice: InvoiceIssued, changes: dict[str, Any], reason: str
) -> None:
    letter = office.links.invoices[invoice.invoice_id]
    office.links.invoices[invoice.invoice_id] = letter.model_copy(update=changes)
    office.take(office.wrap(invoice, "payment"))

    assert told(office, invoice.company_id) == [("invoice_issued", "email", "skipped", reason)]


def test_two_administrators_are_told_of_one_till_once_each_though_a_provider_fails(office: PostOffice) -> None:
    first, second = office.staff.ids
    office.mail.trouble = [TransientDeliveryError("ses_down")]
    event = office.wrap(till(-50_000), "payment")
    office.take(event)
    assert [told(office, each)[0][2] for each in (first, second)] == ["pending", "pending"]

    office.take(event)
    # Nobody remembers that the event was taken: the key of messages does.
    with office.engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.inbox"))
    office.take(event)
    office.clock.advance(minutes=2)
    office.sending.send_due(Turn())
    office.sending.send_due(Turn())

    assert len(office.mail.sent) == 2
    for each in (first, second):
        assert told(office, each) == [("till_difference", "email", "sent", None)]
    assert {mail.subject for _, mail in office.mail.sent} == {"Касса: не хватает 500 ₽"}


def test_what_one_cause_has_queued_for_a_reader_is_not_queued_again(office: PostOffice) -> None:
    first = delivery("staff_alarm", "email", None)
    again, other = replace(first, id=uuid4()), replace(first, id=uuid4(), recipient_id=uuid4())
    now = office.clock.now()
    with office.work() as work:
        assert work.notifications.add([first, again], now) == [first.id]
        assert work.notifications.add([again, other], now) == [other.id]


def test_the_samples_of_events_are_told(office: PostOffice) -> None:
    """As `sam local invoke NotificationMessages -e events/…` hands them over."""
    about = office.links.certificates[certificate(office).certificate_id]
    office.links.certificates[UUID("e4b1f7a9-2c6d-4e80-9b3a-5d0c8f7e6a42")] = about
    for name in ("sqs_booking_confirmed", "sqs_payment_refund_started", "sqs_certificate_issued", "sqs_till_closed"):
        assert office.deliver(sample(name)) == {"batchItemFailures": []}, name

    subjects = [str(mail.subject).split()[0] for _, mail in office.mail.sent]
    assert subjects[1:] == ["Возвращаем", "Сертификат:", *["Касса:"] * len(office.staff.ids)]


@pytest.mark.parametrize(("operation", "messages"), [("till", ["till_difference"]), ("terminal", ["staff_alarm"])])
def test_a_drawer_that_does_not_add_up_is_told_in_one_message(
    office: PostOffice, operation: str, messages: list[str]
) -> None:
    administrator, *_others = office.staff.ids
    alarm = ServiceError(service="payment", operation=operation, code="till_differs", detail="Till is off")
    for event in [till(-50_000 if operation == "till" else 0), alarm]:
        office.take(office.wrap(event, "payment"))

    assert [each[0] for each in told(office, administrator)] == messages


def test_a_till_that_adds_up_is_no_news(office: PostOffice) -> None:
    office.take(office.wrap(till(0), "payment"))

    assert office.mail.sent == []


def test_the_same_failure_is_told_once_a_day_and_another_at_once(office: PostOffice) -> None:
    office.staff.ids = office.staff.ids[:1]
    payment = uuid4()
    for event in (failure(payment_id=payment), failure(payment_id=payment), failure(payment_id=uuid4())):
        office.take(office.wrap(event, "payment"))
    assert len(office.mail.sent) == 2
    office.clock.advance(days=1)
    office.take(office.wrap(failure(payment_id=payment), "payment"))

    assert len(office.mail.sent) == 3


def test_a_day_of_failures_leaves_the_mailbox_alone_after_some(office: PostOffice) -> None:
    office.staff.ids = office.staff.ids[:1]
    office.sending._peace = Peace(daily=8)
    for number in range(4):
        office.take(office.wrap(failure(f"code_{number}"), "payment"))

    reasons = [reason for *_, reason in told(office, office.staff.ids[0])]
    assert (len(office.mail.sent), reasons.count("too_many_today")) == (2, 2)


def test_an_administrator_may_leave_alarms_and_others_still_get_them(office: PostOffice) -> None:
    first, second = office.staff.ids
    left = PreferencesReplacement(left=[LeftMessages(kind="alarms", channel="email")])
    office.app.preferring.replace(first, left)
    office.take(office.wrap(failure(), "payment"))

    assert told(office, first) == [("staff_alarm", "email", "skipped", "unsubscribed")]
    assert told(office, second) == [("staff_alarm", "email", "sent", None)]
    assert office.mail.sent[0][1].unsubscribe


def test_news_can_be_switched_off(office: PostOffice) -> None:
    rule = next(each for each in DEFAULTS if each.name == "staff_alarm.email")
    fixed = {"id", "name", "version", "since", "fixed"}
    off = MessageRuleReplacement.model_validate(rule.model_dump(exclude=fixed) | {"active": False})
    office.rules.replace(rule.id, off)
    office.take(office.wrap(failure(), "payment"))

    assert office.mail.sent == []


def test_while_nobody_tells_who_the_administrators_are_the_event_is_not_taken(office: PostOffice) -> None:
    office.staff.trouble = TransientDeliveryError("staff_unavailable")
    event = office.wrap(failure(), "payment")
    with pytest.raises(TransientDeliveryError):
        office.take(event)
    office.staff.trouble = None
    office.take(event)

    assert len(office.mail.sent) == len(office.staff.ids)
