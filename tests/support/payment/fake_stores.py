"""The payment service's stores in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.http.idempotency import IdempotencyKey
from payment.attempts.domain import OPEN, Attempt
from payment.attempts.errors import ConcurrentUpdateError, PaymentNotFoundError
from payment.gateways.port import Notification
from payment.ledger.domain import Movement
from payment.paying import ports as paying
from payment.receipts.errors import ReceiptNotFoundError
from payment.receipts.life import StoredReceipt
from payment.refunds.domain import refund as refunds
from payment.refunds.domain.promises import Promises
from payment.refunds.domain.refund import TURNED_AWAY, StoredRefund
from payment.refunds.errors import RefundNotFoundError
from payment.tills.domain import StoredTill, Sum
from payment.tills.errors import TillNotFoundError, TillOpenError
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.tills import TillEntry

Told = tuple[UUID, str, Notification, str]


@dataclass
class Stored:
    """What is committed, or what one transaction makes of it; all of it is keyed as its table is."""

    attempts: dict[UUID, Attempt] = field(default_factory=dict)
    polls: dict[UUID, datetime | None] = field(default_factory=dict)
    notifications: dict[UUID, Told] = field(default_factory=dict)
    refunds: dict[UUID, StoredRefund] = field(default_factory=dict)
    receipts: dict[UUID, StoredReceipt] = field(default_factory=dict)
    promises: dict[UUID, Promises] = field(default_factory=dict)
    ledger: list[Movement] = field(default_factory=list)
    answers: dict[IdempotencyKey, dict[str, Any]] = field(default_factory=dict)
    accepted: set[tuple[str, UUID]] = field(default_factory=set)
    put_off: dict[tuple[str, str], Exception] = field(default_factory=dict)
    tills: dict[UUID, StoredTill] = field(default_factory=dict)
    till_entries: list[tuple[UUID, TillEntry]] = field(default_factory=list)
    erased: set[UUID] = field(default_factory=set)
    # With the flow that each belongs to.
    events: list[tuple[str, EventData]] = field(default_factory=list)

    def copy(self) -> "Stored":
        return Stored(**{name: value.copy() for name, value in vars(self).items()})

    def refunded(self, payment_id: UUID) -> int:
        done = [row for row in self.refunds.values() if row.payment_id == payment_id and row.status == "succeeded"]
        return sum(row.amount for row in done)


class FakeAttempts:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def _rows(self) -> list[Attempt]:
        return [self.get(payment_id) for payment_id in self._stored.attempts]

    def lock_payer(self, payer: UUID) -> None:
        """Nobody else is there."""

    def open_of(self, customer_ids: Collection[UUID], now: datetime) -> list[datetime]:
        mine = [row for row in self._rows() if row.customer_id in customer_ids and row.status in OPEN]
        return [row.expires_at for row in mine if row.expires_at > now]

    def add(self, attempt: Attempt, poll_at: datetime) -> Attempt:
        for row in self.open(attempt.booking_id):
            if (row.provider, row.method, row.amount) == (attempt.provider, attempt.method, attempt.amount):
                return row
        self._stored.attempts[attempt.payment_id] = attempt
        self._stored.polls[attempt.payment_id] = poll_at
        return attempt

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:  # noqa: ARG002 - nobody else is there
        try:
            return replace(self._stored.attempts[payment_id], refunded=self._stored.refunded(payment_id))
        except KeyError:
            raise PaymentNotFoundError(payment_id=str(payment_id)) from None

    def parts(self, attempt: Attempt, *, lock: bool = False) -> list[Attempt]:  # noqa: ARG002 - nobody else is there
        return [self.get(attempt.payment_id)]

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        rows = [row for row in self._rows() if row.provider == provider]
        exact = [row for row in rows if row.gateway_payment_id == gateway_payment_id]
        return next(iter([*exact, *(row for row in rows if str(row.id) == attempt_id)]), None)

    def of_booking(self, booking: UUID | str) -> list[Attempt]:
        rows = [row for row in self._rows() if booking in (row.booking_id, row.booking_number)]
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    def counted(self, booking_id: UUID) -> list[Attempt]:
        turned_away = {row.payment_id for row in self._stored.refunds.values() if row.cause in TURNED_AWAY}
        return [
            row
            for row in self.of_booking(booking_id)
            if row.status == "succeeded" and row.payment_id not in turned_away
        ]

    def open(self, booking_id: UUID) -> list[Attempt]:
        return [row for row in self.of_booking(booking_id) if row.status in OPEN]

    def update(self, before: Attempt, after: Attempt) -> None:
        if self.get(before.payment_id).version != before.version:
            raise ConcurrentUpdateError
        self._stored.attempts[after.payment_id] = after
        if after.is_over:
            self._stored.polls[after.payment_id] = None

    def due(self, now: datetime, without: Collection[str]) -> Attempt | None:
        waiting = [(at, row) for row in self._rows() if (at := self._stored.polls.get(row.payment_id)) and at <= now]
        return next((row for _, row in sorted(waiting, key=lambda pair: pair[0]) if row.provider not in without), None)

    def postpone(self, attempt: Attempt, poll_at: datetime | None) -> None:
        self._stored.polls[attempt.payment_id] = poll_at


class FakeNotifications:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, notification_id: UUID, attempt: Attempt, notification: Notification, body: str) -> bool:
        if any(_same(notification, told[2]) and told[1] == attempt.provider for told in self._told()):
            return False
        self._stored.notifications[notification_id] = attempt.payment_id, attempt.provider, notification, body
        return True

    def find(self, provider: str, notification: Notification) -> UUID:
        rows = self._stored.notifications.items()
        return next(key for key, told in rows if told[1] == provider and _same(told[2], notification))

    def get(self, notification_id: UUID) -> paying.Told:
        payment_id, _, notification, _ = self._stored.notifications[notification_id]
        return paying.Told(payment_id, notification.gateway_payment_id, notification.receipted)

    def objects(self, provider: str, event: str, among: Sequence[str]) -> set[str]:
        told = {told[2].object_id for told in self._told() if (told[1], told[2].event) == (provider, event)}
        return told & set(among)

    def _told(self) -> Collection[Told]:
        return self._stored.notifications.values()


class FakeRefunds:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, refund: StoredRefund) -> bool:
        if any(row.cause == refund.cause for row in self.of_payment(refund.payment_id)):
            return False
        self._stored.refunds[refund.id] = refund
        return True

    def get(self, refund_id: UUID) -> StoredRefund:
        try:
            return self._stored.refunds[refund_id]
        except KeyError:
            raise RefundNotFoundError(refund_id=str(refund_id)) from None

    def of_payment(self, payment_id: UUID) -> list[StoredRefund]:
        return [row for row in self._stored.refunds.values() if row.payment_id == payment_id]

    def of_booking(self, booking_id: UUID) -> list[StoredRefund]:
        counted = {row.payment_id for row in FakeAttempts(self._stored).counted(booking_id)}
        return [row for row in self._stored.refunds.values() if row.payment_id in counted]

    def take_out(self, payment_id: UUID) -> None:
        for row in self.of_payment(payment_id):
            self._stored.refunds[row.id] = replace(row, promised=None)

    def asked(self, payment_id: UUID) -> int:
        return sum(row.amount for row in self.of_payment(payment_id) if row.status != "failed")

    def sent(self, payment_id: UUID) -> int:
        rows = [row for row in self.of_payment(payment_id) if row.status != "failed" and not row.to_balance]
        return sum(row.amount for row in rows if row.status != "creating" or row.attempts)

    def asked_there(self, payment_id: UUID) -> int:
        rows = [row for row in self.of_payment(payment_id) if row.status != "failed" and not row.to_balance]
        return sum(row.amount for row in rows)

    def refunded(self, payment_id: UUID) -> int:
        return self._stored.refunded(payment_id)

    def collected(self, booking_id: UUID) -> int:
        return sum(row.taken for row in FakeAttempts(self._stored).counted(booking_id))

    def returned(self, booking_id: UUID) -> int:
        return sum(self.asked(row.payment_id) for row in FakeAttempts(self._stored).counted(booking_id))

    def due(self, now: datetime, refund_id: UUID | None, without: Collection[str]) -> StoredRefund | None:
        """The first open one of each payment may go."""
        rows = [row for row in self._stored.refunds.values() if row.status in refunds.OPEN]
        first = {row.payment_id: row for row in reversed(rows)}.values()
        ready = [
            row
            for row in first
            if row.next_attempt_at
            and row.next_attempt_at <= now
            and refund_id in (None, row.id)
            and self._stored.attempts[row.payment_id].provider not in without
        ]
        return min(ready, key=lambda row: row.next_attempt_at or now, default=None)

    def claim(self, refund: StoredRefund) -> None:
        known = self._stored.refunds[refund.id]
        claimed = replace(known, attempts=refund.attempts, next_attempt_at=refund.next_attempt_at)
        self._stored.refunds[refund.id] = claimed

    def update(self, before: StoredRefund, after: StoredRefund) -> bool:
        if self.get(before.id).version != before.version:
            return False
        self._stored.refunds[after.id] = after
        return True


class FakePromises:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def of_booking(self, booking_id: UUID) -> Promises | None:
        return self._stored.promises.get(booking_id)

    def put(self, promises: Promises) -> None:
        self._stored.promises[promises.booking_id] = promises


class FakeReceipts:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, row: StoredReceipt) -> bool:
        same = [(each.kind, each.refund_id) for each in self.of_payment(row.payment_id)]
        if (row.kind, row.refund_id) in same:
            return False
        self._stored.receipts[row.id] = row
        return True

    def get(self, receipt_id: UUID) -> StoredReceipt:
        try:
            return self._stored.receipts[receipt_id]
        except KeyError:
            raise ReceiptNotFoundError(receipt_id=str(receipt_id)) from None

    def of_payment(self, payment_id: UUID) -> list[StoredReceipt]:
        rows = [row for row in self._stored.receipts.values() if row.payment_id == payment_id]
        return sorted(rows, key=lambda row: (row.created_at, row.id))

    def of_refund(self, refund_id: UUID) -> StoredReceipt | None:
        return next((row for row in self._stored.receipts.values() if row.refund_id == refund_id), None)

    def due(self, now: datetime, receipt_id: UUID | None, without: Collection[str]) -> StoredReceipt | None:
        ready = [
            row
            for row in self._stored.receipts.values()
            if row.next_attempt_at
            and row.next_attempt_at <= now
            and receipt_id in (None, row.id)
            and self._stored.attempts[row.payment_id].provider not in without
        ]
        return min(ready, key=lambda row: row.next_attempt_at or now, default=None)

    def claim(self, row: StoredReceipt) -> None:
        known = self._stored.receipts[row.id]
        self._stored.receipts[row.id] = replace(known, attempts=row.attempts, next_attempt_at=row.next_attempt_at)

    def update(self, before: StoredReceipt, after: StoredReceipt) -> bool:
        if self.get(before.id).version != before.version:
            return False
        self._stored.receipts[after.id] = after
        return True


class FakeLedger:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, movement: Movement) -> None:
        if (movement.payment_id, movement.refund_id) in [
            (one.payment_id, one.refund_id) for one in self._stored.ledger
        ]:
            raise AssertionError("a movement is entered once")
        self._stored.ledger.append(movement)

    def received_at(self, payment_id: UUID) -> datetime | None:
        found = (one.at for one in self._stored.ledger if (one.payment_id, one.refund_id) == (payment_id, None))
        return next(found, None)


class FakeTills:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, till: StoredTill) -> None:
        if till.closed_at is None and any(row.closed_at is None for row in self._others(till)):
            raise TillOpenError
        self._stored.tills[till.id] = till

    update = add

    def _others(self, till: StoredTill) -> list[StoredTill]:
        return [row for row in self._stored.tills.values() if row.id != till.id]

    def get(self, till_id: UUID, *, lock: bool = False) -> StoredTill:  # noqa: ARG002 - nobody else is there
        try:
            return self._stored.tills[till_id]
        except KeyError:
            raise TillNotFoundError(till_id=str(till_id)) from None

    def current(self) -> StoredTill | None:
        return next((row for row in self._stored.tills.values() if row.closed_at is None), None)

    def last(self) -> StoredTill | None:
        return max(self._stored.tills.values(), key=lambda row: row.opened_at, default=None)

    def page(self, after: object, limit: int) -> list[StoredTill]:
        raise NotImplementedError

    def enter(self, till_id: UUID, entry: TillEntry) -> None:
        self._stored.till_entries.append((till_id, entry))

    def sums(self, till_ids: Sequence[UUID]) -> dict[UUID, list[Sum]]:
        return {
            till_id: [Sum(row.kind, row.method, row.by, row.amount.amount) for row in self._of(till_id)]
            for till_id in till_ids
        }

    def entries(self, till_id: UUID, after: int, limit: int) -> list[tuple[int, TillEntry]]:
        return list(enumerate(self._of(till_id), 1))[after : after + limit]

    def _of(self, till_id: UUID) -> list[TillEntry]:
        return [entry for each, entry in self._stored.till_entries if each == till_id]

    def asked_for(self, since: datetime, now: datetime) -> list[str]:
        rows = [row for row in self._stored.attempts.values() if row.status in OPEN and row.taken_by]
        return [row.booking_number for row in rows if row.created_at >= since and row.expires_at > now]


def _same(one: Notification, other: Notification) -> bool:
    return (one.event, one.object_id, one.status) == (other.event, other.object_id, other.status)


class FakePayers:
    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def erase(self, customer_id: UUID, at: datetime) -> None:  # noqa: ARG002 - of no use in memory
        self._stored.erased.add(customer_id)

    def is_erased(self, customer_id: UUID) -> bool:
        return customer_id in self._stored.erased
