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
from shared_schemas.payment.desk import DeskPaymentRequest, DeskRefundsQuery, GroupDeskPaymentRequest
from shared_schemas.payment.payments import Payment, PaymentRequest, RefundDecision, RefundRequest
from shared_schemas.payment.tills import TillCloseRequest, TillMoveRequest, TillReopenRequest, TillRequest, TillsQuery
from shared_schemas.providers import DESK_METHODS
from tests.support.payment.cashier import RETURN_URL, Cashier
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


@dataclass
class Day:
    """The payment service, the bookings that are paid through it, and chance."""

    cashier: Cashier
    beside: Sequence[Cashier]
    chance: Random
    visits: dict[UUID, Visit] = field(default_factory=dict)
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
        owed = one.total if one.status == "confirmed" else 0
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
            one = self.visits[event.booking_id]
            one.received += event.amount.amount
            one.refund_due += collected.returning.amount
        elif isinstance(event, PaymentRefunded) and event.reason != "duplicate":
            one = self.visits[event.booking_id]
            one.refunded += event.amount.amount
            one.refund_due -= event.promised.amount if event.promised else 0

    def promise_back(self, one: Visit, kind: type[BookingAmended | BookingCancelled], **more: Any) -> None:
        """What is kept beyond the total, as Booking promises it."""
        excess = one.kept - (one.total if one.status == "confirmed" else one.kept // 2)
        if excess <= 0 or (one.status == "confirmed") is (kind is BookingCancelled):
            return
        one.refund_due += excess
        one.version += 1
        payment = self.cashier.payments.of_booking(one.id, PEOPLE[0]).data[0]
        facts = visit(payment) | {"status": one.status, "booking_version": one.version, "total": {"amount": one.total}}
        event = kind.model_validate(facts | {"refund": {"amount": excess}} | more)
        self.cashier.booking_events.handle(uuid4(), event)


@operation
def book(day: Day) -> object:
    return day.book()


@operation
def take_at_the_desk(day: Day) -> object:
    one = day.any_visit()
    return _take(day, day.cashier, one, day.amount(day.terms(one.id).balance.amount), day.someone())


@operation
def two_take_at_once(day: Day) -> object:
    """The same debt, at two places."""
    one = day.any_visit()
    amount = day.amount(day.terms(one.id).balance.amount)

    def take(place: tuple[Cashier, Identity]) -> str:
        try:
            _take(day, place[0], one, amount, place[1], "cash")
        except CycloramaError as refusal:
            return refusal.code
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        return day.done.update(f"at once: {code}" for code in pool.map(take, zip(day.beside, PEOPLE, strict=True)))


def _take(day: Day, at: Cashier, one: Visit, amount: int, by: Identity, method: str = "") -> Payment:
    method = method or day.chance.choice(["cash", "cash", *DESK_METHODS])
    request = DeskPaymentRequest.model_validate({"amount": {"amount": max(amount, 1)}, "method": method})
    return at.desk.take(one.id, request, by, None)


@operation
def begin_online(day: Day) -> object:
    one, caller = day.any_visit(), day.chance.choice([day.cashier.customer, PEOPLE[0]])
    order = {"booking_id": one.id, "provider": "yookassa", "return_url": RETURN_URL}
    return day.cashier.payments.create(PaymentRequest.model_validate(order), caller, None)


@operation
def begin_a_group_online(day: Day) -> object:
    order = {"group_id": UUID(int=day.chance.randrange(4)), "provider": "yookassa", "return_url": RETURN_URL}
    return day.cashier.payments.create(PaymentRequest.model_validate(order), PEOPLE[0], None)


@operation
def take_for_a_group(day: Day) -> object:
    """All that is left of its visits, or a part of it."""
    group_id = UUID(int=day.chance.randrange(4))
    left = sum(terms.balance.amount for terms in day.group(group_id))
    some = {"amount": {"amount": day.amount(left)}} if left and day.chance.random() < 0.5 else {}
    request = GroupDeskPaymentRequest.model_validate({"method": day.chance.choice(["cash", "terminal"])} | some)
    return day.cashier.desk.take_group(group_id, request, day.someone(), None)


@operation
def pay_online(day: Day) -> object:
    payment = day.any_payment()
    if payment and payment.provider == "yookassa" and payment.status == "pending":
        day.cashier.settle(payment, status="succeeded")
    return payment


@operation
def give_back(day: Day) -> object:
    payment = day.any_payment()
    if payment is None:
        return None
    amount = {"amount": max(day.amount(payment.taken.amount - payment.refunded.amount), 1)}
    request = RefundRequest.model_validate({"amount": amount, "reason": WHY})
    return day.cashier.refunds.create(payment.id, request, day.someone(), None)


@operation
def hand_out(day: Day) -> object:
    for waiting in day.cashier.desk.to_hand_out(DeskRefundsQuery()).data[:1]:
        done = RefundDecision(outcome="succeeded", reason=WHY)
        day.cashier.refunds.decide(waiting.payment_id, waiting.id, done, day.someone())
    return None


@operation
def add_or_discount(day: Day) -> object:
    """A line by hand: a surcharge at the door, a discount with a reason."""
    one = day.any_visit()
    one.total = max(one.total + day.chance.choice([-50_000, 30_000, 12_345]), 0)
    return one


@operation
def cancel_or_undo(day: Day) -> object:
    one = day.any_visit()
    one.status = "cancelled" if one.status == "confirmed" else "confirmed"
    day.promise_back(one, BookingCancelled)
    return one


@operation
def open_the_till(day: Day) -> object:
    return day.cashier.tills.open(TillRequest.model_validate({"float": {"amount": 50_000}}), day.someone(), None)


@operation
def move_cash(day: Day) -> object:
    move = {"kind": day.chance.choice(["put_in", "taken_out"]), "amount": {"amount": day.amount(40_000)}, "reason": WHY}
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    return day.cashier.tills.move(last.id, TillMoveRequest.model_validate(move), day.someone(), None)


@operation
def close_the_till(day: Day) -> object:
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    counted = {"amount": max(last.counts[0].expected.amount + day.chance.choice([0, 0, -100, 50]), 0)}
    request = TillCloseRequest.model_validate({"counted": counted, "leave_open": day.chance.random() < 0.5})
    return day.cashier.tills.close(last.id, request, day.someone(), None)


@operation
def reopen_the_till(day: Day) -> object:
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    return day.cashier.tills.reopen(last.id, TillReopenRequest(reason=WHY), day.someone())
