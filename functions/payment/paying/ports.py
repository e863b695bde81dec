"""What paying needs of the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from payment.attempts.domain import Attempt
from payment.attempts.ports import AttemptStore
from payment.gateways.port import Notification
from payment.refunds import ports as refunds
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.payment.payments import PaymentsQuery


class BookingTerms(Protocol):
    """What the booking service allows to be charged."""

    def terms(self, booking_id: UUID) -> PaymentTerms:
        """`BookingNotFoundError` if there is no booking, `BookingUnavailableError` if Booking does not answer."""

    def group(self, group_id: UUID) -> list[PaymentTerms]:
        """Of each visit; `GroupNotFoundError` if there is no group, `BookingUnavailableError`."""


class OpenAttemptStore(AttemptStore, Protocol):
    """Payments that are begun, and followed until they are over."""

    def lock_payer(self, payer: UUID) -> None:
        """Keep a person from beginning other payments until this transaction ends."""

    def open_of(self, customer_ids: Collection[UUID], now: datetime) -> list[datetime]:
        """When each of these customers' payments ends that are neither decided nor over."""

    def add(self, attempt: Attempt, poll_at: datetime | None) -> Attempt:
        """Save it, unless an open one asks for the same thing, which is returned instead; with no `poll_at` there is no
        gateway to be asked."""

    def add_parts(self, parts: Sequence[Attempt], poll_at: datetime) -> Attempt:
        """Save payments that are one at their gateway, and return the first of them; `VisitBeingPaidError`."""

    def of_whole(self, whole_id: UUID) -> list[Attempt]:
        """The payments that are one, by the id of the first of them."""

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        """The attempt behind a gateway's payment: by the gateway's id, else by our own."""

    def of_booking(self, booking: UUID | str) -> list[Attempt]:
        """By the booking's id or its number, the oldest first."""

    def page(self, query: PaymentsQuery, after: Cursor | None, limit: int) -> list[Attempt]:
        """Those begun in a time, newest first, behind the cursor."""

    def open(self, booking_id: UUID) -> list[Attempt]:
        """A booking's attempts that may still be paid."""

    def due(self, now: datetime, without: Collection[str]) -> Attempt | None:
        """The attempt that has waited longest for a question to its gateway, locked; `without` names providers to
        leave alone."""

    def postpone(self, attempt: Attempt, poll_at: datetime | None) -> None:
        """Its next turn; None for none."""


@dataclass(frozen=True)
class Told:
    """What a stored notification is about; `receipted` is what went back by the receipt that it tells of."""

    payment_id: UUID
    gateway_payment_id: str
    receipted: int | None


class NotificationStore(refunds.WitnessStore, Protocol):
    """Notifications of gateways."""

    def add(self, notification_id: UUID, attempt: Attempt, notification: Notification, body: str) -> bool:
        """Store what arrived; False if the same was stored before."""

    def find(self, provider: str, notification: Notification) -> UUID:
        """The id that the same was stored under before."""

    def get(self, notification_id: UUID) -> Told:
        """What is to be asked about it."""


class ErasedPayers(Protocol):
    """Who asked to be forgotten."""

    def is_erased(self, customer_id: UUID) -> bool:
        """Asked by who stores what a gateway tells; until that transaction ends, nobody is erased beside it."""


class Work(refunds.Work, Protocol):
    """A transaction on payments, all that belongs to them, and what gateways told of them."""

    @property
    def attempts(self) -> OpenAttemptStore: ...
    @property
    def notifications(self) -> NotificationStore: ...
    @property
    def payers(self) -> ErasedPayers: ...
