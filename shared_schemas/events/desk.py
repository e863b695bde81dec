"""Events of money at the desk: the drawer, and what the studio holds for a customer."""

from uuid import UUID

from shared_schemas.common import Instant, Money, SignedMoney
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.kinds import BalanceEntryKind, DepositEntryKind
from shared_schemas.providers import HandedBy


class TillClosed(EventData):
    """The drawer was counted at the end of a day: `difference` is what is there beyond what should be, below zero where
    money is missing."""

    type = "till.closed"
    till_id: UUID
    opened_at: Instant
    closed_at: Instant
    expected: SignedMoney
    counted: Money
    difference: SignedMoney


class CertificateIssued(EventData):
    """A certificate or a pass was sold. Its code and what it is good for are told to who writes to its buyer alone."""

    type = "certificate.issued"
    certificate_id: UUID
    customer_id: UUID | None = None
    """Who bought it, if that is a customer of the studio."""


class BalanceChanged(EventData):
    """What the studio holds for a customer changed: by a word of ours, and to what."""

    type = "balance.changed"
    entry_id: UUID
    customer_id: UUID
    kind: BalanceEntryKind
    amount: SignedMoney
    """Below zero what was taken out."""
    balance: Money
    method: HandedBy | None = None
    """How it came over the desk, or went back over it."""
    payment_id: UUID | None = None
    booking_id: UUID | None = None


class DepositChanged(EventData):
    """A deposit of a booking was taken, given back, or kept in part. The amounts of a deposit add up to what is held of
    it, in whatever order they are told."""

    type = "deposit.changed"
    entry_id: UUID
    deposit_id: UUID
    booking_id: UUID
    customer_id: UUID
    kind: DepositEntryKind
    amount: SignedMoney
    """Below zero what is held no more."""
    method: HandedBy | None = None
    """How it came over the desk, or went back over it."""
