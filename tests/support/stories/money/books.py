"""What the gateways and we wrote down about money, as plain data. Amounts are kopecks, ids are text."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class GivenBack:
    """Money that a gateway returned; `asked_as` is our own id of it, where the gateway keeps one."""

    amount: int
    asked_as: str | None = None


@dataclass(frozen=True)
class AtGateway:
    """A payment in a gateway's own books; `attempt_id` is the number that we gave it."""

    id: str
    provider: str
    attempt_id: str | None
    taken: int = 0
    given_back: tuple[GivenBack, ...] = ()


@dataclass(frozen=True)
class OurPayment:
    """A payment in our books."""

    id: str
    booking_id: str
    attempt_id: str
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class OurRefund:
    """A refund in our books; `by_staff` where a person asked for it, here or in the gateway's cabinet."""

    id: str
    payment_id: str
    booking_id: str
    status: str
    amount: int
    by_staff: bool = False


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: above zero what came in, below what went back."""

    booking_id: str
    payment_id: str
    refund_id: str | None
    amount: int


@dataclass(frozen=True)
class OurBooking:
    """A booking; `may_keep` is what its cancellation leaves to the studio, None where it was not called off.

    `prepayment` is what confirmed it, or less where less would do now; nothing on staff's word. `total` is None where
    the terms may have left more to the studio."""

    id: str
    status: str
    prepayment: int
    paid: int
    refund_due: int = 0
    may_keep: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Told:
    """An event; `of` is the refund it tells of, else the payment."""

    id: str
    type: str
    of: str | None = None
    amount: int = 0
    published: bool = True


@dataclass(frozen=True)
class Books:
    """Everybody's books at one moment."""

    gateways: list[AtGateway] = field(default_factory=list)
    payments: list[OurPayment] = field(default_factory=list)
    refunds: list[OurRefund] = field(default_factory=list)
    ledger: list[Entry] = field(default_factory=list)
    bookings: list[OurBooking] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    """Every service's outbox."""
    logged: frozenset[str] = frozenset()
    """Ids of the events in Integration's log."""
    differences: list[str] = field(default_factory=list)
    """What the payment service itself finds wrong between its ledger and its payments."""

    @cached_property
    def payment_ids(self) -> dict[str, str]:
        """Our payments by the ids of their attempts."""
        return {payment.attempt_id: payment.id for payment in self.payments}
