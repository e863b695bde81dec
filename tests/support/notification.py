"""The notification service as a test drives it: on a real database, with people, providers and a clock of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from core.context import flow
from core.events.consumer import batch_consumer
from notification.bookings.domain import Facts
from notification.channels.email.client import MailSender
from notification.channels.failover import FailOver
from notification.channels.port import Accepted, Addressee, Parcel
from notification.channels.push.client import Push
from notification.channels.sms.client import SmsSender
from notification.composition import App, Outside
from notification.errors import DeliveryError, NeedlessDeliveryError
from notification.messages.domain.deliveries import Delivery
from notification.settings import NotificationSettings
from notification.writing.attached import File
from notification.writing.ports import Surroundings
from notification.writing.rendering import Words
from notification.writing.studio import Anonymous
from shared_schemas.accounts import Contact
from shared_schemas.channels import Channel, Messenger
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode, Money
from shared_schemas.events.accounts import AccountErased
from shared_schemas.events.bookings import BookingEvent
from shared_schemas.events.envelope import Envelope, EventData, Service
from shared_schemas.events.payments import PaymentEvent
from shared_schemas.gateway.recipients import Recipient, RecipientRequest, WrittenBooking
from shared_schemas.notification import Message, Notification, NotificationsQuery, TemplateName
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter
from shared_schemas.payment.payments import PayLink
from shared_schemas.staff import PendingInvitation
from tests.support.clock import NOW, FixedClock
from tests.support.database import RecordingPublisher
from tests.support.world import world


class Killed(BaseException):
    """A process that ends in the middle: no handler of ours takes it for an error, and pytest does not stop for it."""


START = datetime(2026, 12, 3, 12, tzinfo=ZoneInfo("Europe/Moscow"))
VISIT: dict[str, Any] = {
    "hall_id": UUID("0f4e1c56-7a3d-4a50-9a5e-1d3f0c1b2a77"),
    "hall_name": "White Cyclorama",
    "timezone": "Europe/Moscow",
    "start": START,
    "end": START + timedelta(hours=2),
    "people": 4,
    "total": Money(amount=300_000),
    "prepayment": Money(amount=150_000),
}
KEY = '{"api_id": "cyclorama"}'
SMS = Message(text="Бронь 7K3M9QXA подтверждена")
MAIL = Message(text="Ждём вас\n", subject="Бронирование подтверждено", html="<p>Ждём вас</p>")


def parcel(address: str, message: Message, attempt: int = 1) -> Parcel:
    """A message of its own."""
    return Parcel(uuid4(), address, message, attempt)


def somebody() -> str:
    return f"{uuid4().hex[:12]}@example.test"


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "number": "7K3M9QXA",
        **VISIT,
        "hold_expires_at": NOW + timedelta(minutes=15),
        "amount": Money(amount=150_000),
    }
    return Facts.model_validate(values | changes)


def delivery(template: TemplateName, channel: Channel, about: Facts | None) -> Delivery:
    """A message to somebody, about a booking or about none."""
    return Delivery("a cause", template, channel, uuid4(), uuid4() if about else None, about, "a-flow")


@dataclass
class People:
    """Everybody has one address and one phone, until told otherwise."""

    locale: LocaleCode = "ru"
    email: str | None = "anna@example.test"
    phone: str = "+79261234567"
    confirmed: bool = True
    trouble: DeliveryError | None = None
    linked: bool = True
    """Whether messages have links to bookings."""

    def expect(self, asked: Sequence[RecipientRequest]) -> None:
        """They are asked for one by one."""

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        if self.trouble:
            raise self.trouble
        url = f"https://studio.test/manage#{channel}" if about and self.linked else None
        return Recipient(
            id=user_id,
            email=self.email,
            email_confirmed=self.confirmed,
            phone=self.phone,
            phone_confirmed=self.confirmed,
            full_name="Анна Ким",
            locale=self.locale,
            booking_url=url,
        )


@dataclass
class Codes:
    """The codes and invitations that wait at the gateway."""

    waiting: dict[UUID, PendingCode] = field(default_factory=dict)
    invited: dict[UUID, PendingInvitation] = field(default_factory=dict)

    def pending(self, code_id: UUID) -> PendingCode:
        if code_id not in self.waiting:
            raise NeedlessDeliveryError("outdated")
        return self.waiting[code_id]

    def invitation(self, invitation_id: UUID) -> PendingInvitation:
        if invitation_id not in self.invited:
            raise NeedlessDeliveryError("outdated")
        return self.invited[invitation_id]


@dataclass
class Cancelled:
    """What was said when bookings were cancelled; the booking service has `trouble`, or forgets."""

    said: str | None = None
    trouble: DeliveryError | None = None

    def reason(self, booking_id: UUID) -> str | None:  # noqa: ARG002 - there is one
        if self.trouble:
            raise self.trouble
        return self.said


@dataclass
class PayLinks:
    """Where payments are paid, without a `url` nothing should be any more; and what papers say."""

    url: str | None = "https://pay.example/1"
    for_several: bool = False
    certificates: dict[UUID, CertificateLetter] = field(default_factory=dict)
    invoices: dict[UUID, InvoiceLetter] = field(default_factory=dict)

    def certificate(self, certificate_id: UUID) -> CertificateLetter:
        return self.certificates[certificate_id]

    def invoice(self, invoice_id: UUID) -> InvoiceLetter:
        return self.invoices[invoice_id]

    def link(self, payment_id: UUID) -> PayLink:  # noqa: ARG002 - there is one
        if self.url is None:
            raise NeedlessDeliveryError("outdated")
        return PayLink(
            url=self.url,
            amount=Money(amount=150_000),
            expires_at=NOW + timedelta(hours=1),
            for_several=self.for_several,
        )


@dataclass
class Administrators:
    """Who runs the studio; the gateway has `trouble`."""

    ids: list[UUID] = field(default_factory=lambda: [uuid4(), uuid4()])
    trouble: DeliveryError | None = None

    def administrators(self) -> list[UUID]:
        if self.trouble:
            raise self.trouble
        return self.ids


@dataclass
class Provider:
    """A provider that takes every message, unless there is trouble."""

    channel: str
    trouble: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, Message]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    """What came with the messages."""

    def address(self, contact: Contact) -> Addressee:
        if not (address := contact.email if self.channel == "email" else contact.phone):
            raise NeedlessDeliveryError("no_address")
        return Addressee(address, contact.email_confirmed if self.channel == "email" else contact.phone_confirmed)

    def render(self, words: Words) -> Message:
        return (MailSender if self.channel == "email" else SmsSender)(FailOver({})).render(words)

    def send(self, parcel: Parcel) -> Accepted:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((parcel.address, parcel.message))
        self.files += parcel.files
        return Accepted("postman", f"{self.channel}-{len(self.sent)}")


@dataclass
class Holders:
    """Who is known by which number."""

    known: dict[str, list[UUID]] = field(default_factory=dict)
    trouble: DeliveryError | None = None

    def of(self, phone: str) -> list[UUID]:
        if self.trouble:
            raise self.trouble
        return self.known.get(phone, [])


class PostOffice:
    """The service, and one booking whose events the test makes happen."""

    def __init__(
        self,
        engine: Engine,
        bots: Mapping[Messenger, Any] | None = None,
        push: Push | None = None,
        around: Surroundings | None = None,
    ) -> None:
        """`bots` of messengers and `push` to browsers are channels, too; without `around` the studio says nothing."""
        self.engine = engine
        self.holders = Holders()
        self.clock = FixedClock()
        self.broker = RecordingPublisher()
        self.people, self.codes, self.cancelled, self.links = People(), Codes(), Cancelled(), PayLinks()
        self.mail, self.sms, self.staff = Provider("email"), Provider("sms"), Administrators()
        senders: dict[Any, Any] = {"email": self.mail, "sms": self.sms, **(bots or {})}
        if push:
            senders["push"] = push
        self.app = App(
            world("notification", NotificationSettings, engine, self.broker, self.clock),
            lambda _world: Outside(
                self.people,
                self.codes,
                self.cancelled,
                self.links,
                senders,
                "Studio",
                "studio@example.test",
                around or Anonymous(),
                staff=self.staff,
                bots=bots or {},
                holders=self.holders,
                push=push,
            ),
        )
        self.sending, self.messages = self.app.sending, self.app.messages
        self.reminders, self.history, self.rules = self.app.reminders, self.app.history, self.app.rules
        self.work = self.app.unit_of_work
        self.booking_id, self.customer_id, self.number = uuid4(), uuid4(), uuid4().hex[:8].upper()
        self.flow_id = f"flow-{self.booking_id}"

    def booking(self, kind: type[BookingEvent], version: int, status: str, **changes: Any) -> Envelope:
        """An event of the booking."""
        values = {
            "booking_id": self.booking_id,
            "booking_version": version,
            "number": self.number,
            "status": status,
            "customer_id": self.customer_id,
            **VISIT,
            "hold_expires_at": NOW + timedelta(minutes=15) if status == "pending" else None,
        }
        return self.wrap(kind.model_validate(values | changes))

    def payment(self, kind: type[PaymentEvent], amount: int = 150_000, **changes: Any) -> Envelope:
        """An event of a payment for the booking."""
        return self.wrap(
            kind(
                payment_id=uuid4(),
                booking_id=self.booking_id,
                customer_id=self.customer_id,
                provider="yookassa",
                amount=Money(amount=amount),
                **changes,
            )
        )

    def erasure(self) -> Envelope:
        """The customer's account is erased."""
        return self.wrap(AccountErased(account_id=self.customer_id), "gateway")

    def wrap(self, data: EventData, source: Service = "booking") -> Envelope:
        return Envelope.wrap(data, time=NOW, source=source, correlation_id=self.flow_id, causation_id=None)

    def take(self, *envelopes: Envelope) -> None:
        """Let events arrive, each in its flow."""
        for envelope in envelopes:
            with flow(envelope.correlation_id, str(envelope.id)):
                self.messages.take([envelope])

    def deliver(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Hand an SQS batch to the consumer."""
        return batch_consumer(self.messages.take)(batch, None)

    def queued(self) -> list[Notification]:
        """The booking's messages, the oldest first."""
        found = self.history.page(NotificationsQuery(booking_id=self.booking_id)).data
        return sorted(found, key=lambda n: (n.created_at, n.template, n.channel))

    def states(self) -> list[tuple[str, str, str]]:
        return [(n.template, n.channel, n.status) for n in self.queued()]

    def told(self) -> list[str]:
        return [envelope.type for envelope in self.broker.taken]
