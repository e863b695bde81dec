"""Random days at the desk: what people do there, one operation after the other, and the books at the end.

An operation is a function of a `Day` under `@operation`; whoever adds a way to move money adds theirs in a module of
its own that `tests/integration/payment/days/test_days.py` imports. A refusal with a code is an answer like any other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

from core.identity import Identity
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money, Role
from shared_schemas.errors import CycloramaError
from shared_schemas.events.bookings import BookingAmended, BookingCancelled
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.certificates import NewCertificate
from shared_schemas.payment.payments import Payment
from tests.support.payment.cashier import Cashier
from tests.support.payment.refunds import visit

PEOPLE = [Identity(str(uuid4()), Role.MANAGER) for _ in range(2)]
Operation = Callable[["Day"], object]
OPERATIONS: list[Operation] = []
WHY = "as it happens"


def operation(function: Operation) -> Operation:
    """One of the things that may happen."""
    OPERATIONS.append(function)
    return function


@dataclass
class Visit:
    """A booking, as far as money goes: what it costs, and what it has heard of, in kopecks."""

    id: UUID
    customer: UUID
    total: int
    status: str = "confirmed"
    version: int = 1
    received: int = 0
    refunded: int = 0
    refund_due: int = 0

    @property
    def kept(self) -> int:
        return self.received - self.refunded - self.refund_due

    @property
    def stands(self) -> bool:
        """Whether it is to be paid for, over or not."""
        return self.status in ("confirmed", "completed")


@dataclass
class Day:
    """The payment service, the bookings that are paid through it, and chance."""

    cashier: Cashier
    beside: Sequence[Cashier]
    chance: Random
    visits: dict[UUID, Visit] = field(default_factory=dict)
    certificates: list[NewCertificate] = field(default_factory=list)
    deposits: list[UUID] = field(default_factory=list)
    invoices: list[UUID] = field(default_factory=list)
    acts: list[UUID] = field(default_factory=list)
    revenue: int = 0
    """As reports count it: the money behind payments, less what went back of it, in kopecks."""
    done: Counter[str] = field(default_factory=Counter)
    _heard: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in (self.cashier, *self.beside):
            each.booking.terms = self.terms  # type: ignore[method-assign]
            each.booking.group = self.group  # type: ignore[method-assign]
        for _ in range(4):
            self.book()

    def book(self) -> Visit:
        made = Visit(uuid4(), self.cashier.customer.user_id, self.chance.randrange(1, 5) * 100_000)
        self.visits[made.id] = made
        return made

    def terms(self, booking_id: UUID) -> PaymentTerms:
        """What Booking would say, by what it has heard so far."""
        one = self.visits[booking_id]
        owed = one.total if one.stands else 0
        time = {"hall_id": UUID(int=7), "tariff": "Day", "minutes": 90, "amount": Money(amount=one.total)}
        return PaymentTerms.model_validate(
            {
                "booking_id": one.id,
                "booking_version": one.version,
                "number": "7K3Q9D2M",
                "customer_id": one.customer,
                "status": one.status,
                "due": Money(amount=0),
                "balance": Money(amount=max(owed - one.kept, 0)),
                "kept": Money(amount=one.kept),
                "received": Money(amount=one.received),
                "correlation_id": "a-day",
                "tariffs": [time] if one.total else [],
                "lines": [{"name": "Rent", "quantity": 1, "amount": Money(amount=one.total)}] if one.total else [],
            }
        )

    def group(self, group_id: UUID) -> list[PaymentTerms]:
        """Some visits, always the same of a group."""
        known = sorted(self.visits)
        return [self.terms(booking_id) for booking_id in known[group_id.int % len(known) :][:3]]

    def someone(self) -> Identity:
        return self.chance.choice(PEOPLE)

    def any_visit(self) -> Visit:
        return self.chance.choice(list(self.visits.values()))

    def any_payment(self) -> Payment | None:
        payments = self.cashier.payments.of_booking(self.any_visit().id, PEOPLE[0]).data
        return self.chance.choice(payments) if payments else None

    def amount(self, most: int) -> int:
        """Some of it, all of it, or a kopeck too much."""
        return self.chance.choice([most, most + 1, max(most // 2, 1), self.chance.randint(1, max(most, 1))])

    def at_two_places(self, do: Callable[[Cashier, Identity], object]) -> None:
        """The same, by two people at once, who do not know of each other."""

        def at(place: tuple[Cashier, Identity]) -> str:
            try:
                do(*place)
            except CycloramaError as refusal:
                return refusal.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            self.done.update(f"at once: {told}" for told in pool.map(at, zip(self.beside, PEOPLE, strict=True)))

    def run(self, operations: Sequence[Operation], steps: int) -> None:
        for _ in range(steps):
            chosen = self.chance.choice(operations)
            try:
                chosen(self)
                self.done[chosen.__name__] += 1
            except CycloramaError as refusal:
                self.done[refusal.code] += 1
            if self.chance.random() < 0.7:
                self.hear()
            self.cashier.clock.advance(seconds=self.chance.randint(1, 300))

    def hear(self) -> None:
        """News of payments reach their bookings; what is too much by then is promised back."""
        for each in (self.cashier, *self.beside):
            told = each.broker.taken
            for envelope in told[self._heard.get(id(each), 0) :]:
                self._hear(envelope.payload())
            self._heard[id(each)] = len(told)
        for one in self.visits.values():
            self.promise_back(one, BookingAmended, previous_total={"amount": one.total})

    def _hear(self, event: object) -> None:
        if isinstance(event, PaymentSucceeded):
            collected = self.cashier.payments.collected(event.payment_id)
            self.revenue += (event.worth or event.amount).amount
            one = self.visits[event.booking_id]
            one.received += event.amount.amount
            one.refund_due += collected.returning.amount
        elif isinstance(event, PaymentRefunded) and event.counted:
            self.revenue -= (event.worth or event.amount).amount
            one = self.visits[event.booking_id]
            one.refunded += event.amount.amount
            one.refund_due -= event.promised.amount if event.promised else 0

    def promise_back(self, one: Visit, kind: type[BookingAmended | BookingCancelled], **more: Any) -> None:
        """What is kept beyond the total, as Booking promises it."""
        excess = one.kept - (one.total if one.stands else one.kept // 2)
        if excess <= 0 or one.stands is (kind is BookingCancelled):
            return
        one.refund_due += excess
        one.version += 1
        payment = self.cashier.payments.of_booking(one.id, PEOPLE[0]).data[0]
        facts = visit(payment) | {"status": one.status, "booking_version": one.version, "total": {"amount": one.total}}
        event = kind.model_validate(facts | {"refund": {"amount": excess}} | more)
        self.cashier.booking_events.handle(uuid4(), event)
