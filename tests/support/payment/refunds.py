"""A payment service with money in it, and a gateway that takes its time over refunds."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from core.identity import Identity
from core.jobs import Turn
from payment.gateways.port import RefundUncertainError
from payment.gateways.words import GatewayRefund, RefundOrder
from shared_schemas.common import Role
from shared_schemas.events.bookings import BookingCancelled, BookingExpired, BookingPaymentRefused, BookingRescheduled
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.payments import Payment, Refund, RefundRequest
from tests.support.booking.made import NOW
from tests.support.payment.cashier import Cashier
from tests.support.payment.gateways import FakeGateway
from tests.support.payment.ledger import all_differences

STAFF = Identity(str(uuid4()), Role.MANAGER)


@dataclass
class SlowGateway(FakeGateway):
    """Refunds come out as `outcome` says; `orders` are those that reached it, and `uncertain` makes it shrug."""

    outcome: dict[str, Any] = field(default_factory=dict)
    orders: list[RefundOrder] = field(default_factory=list)
    uncertain: bool = False

    def refund(self, order: RefundOrder) -> GatewayRefund:
        self.orders.append(order)
        if self.uncertain:
            raise RefundUncertainError("nobody knows")
        known = order.id in self.refunds
        found = super().refund(order)
        if self.outcome and not known:
            found = self.refunds[order.id] = replace(found, **self.outcome)
            if found.status == "failed":
                paid = self.payments[order.gateway_payment_id]
                self.change(order.gateway_payment_id, refunded=(paid.refunded or 0) - order.amount)
        return found

    def decide(self, **changes: Any) -> None:
        """What becomes of all refunds that it has."""
        self.refunds = {key: replace(refund, **changes) for key, refund in self.refunds.items()}

    def given_back(self) -> int:
        return sum(payment.refunded or 0 for payment in self.payments.values())


class Treasury(Cashier):
    """Refunds, as staff ask for them and bookings bring them about."""

    gateway: SlowGateway

    def paid(self, booking_id: UUID | None = None, **changes: Any) -> Payment:
        """A payment that its payer has made."""
        payment = self.pay(booking_id, **changes)
        self.settle(payment, status="succeeded")
        return payment

    def refund(self, payment: Payment, amount: int | None = None, **options: Any) -> Refund:
        values: dict[str, Any] = {"reason": "A goodwill gesture", "to": options.get("to", "payer")}
        if amount is not None:
            values["amount"] = {"amount": amount}
        return self.refunds.create(payment.id, RefundRequest.model_validate(values), STAFF, options.get("key"))

    def of(self, payment: Payment) -> list[Refund]:
        return self.refunds.of_payment(payment.id, STAFF).data

    def balance(self, payment: Payment) -> int:
        with self.unit_of_work() as work:
            return work.ledger.balance(payment.booking_id)

    def differences(self) -> list[Any]:
        with self.unit_of_work() as work:
            return all_differences(work.ledger)

    def poll_refunds(self) -> int:
        return self.refunding.run(Turn())

    def tell(self, event: EventData, event_id: UUID | None = None) -> None:
        """An event of a booking comes in."""
        self.booking_events.handle(event_id or uuid4(), event)

    def told(self, kind: str) -> list[EventData]:
        return [envelope.payload() for envelope in self.broker.taken if envelope.type == kind]


def cancelled(payment: Payment, refund: int) -> BookingCancelled:
    """The booking of a payment is called off."""
    return BookingCancelled.model_validate(visit(payment) | {"status": "cancelled", "refund": {"amount": refund}})


def expired(payment: Payment) -> BookingExpired:
    return BookingExpired.model_validate(visit(payment) | {"status": "expired"})


def moved(payment: Payment, previous_total: int | None) -> BookingRescheduled:
    """The booking of a payment, now at 4000 rubles, takes place at another time."""
    before = {"previous_start": NOW, "previous_end": NOW}
    total = None if previous_total is None else {"amount": previous_total}
    return BookingRescheduled.model_validate(visit(payment) | before | {"status": "confirmed", "previous_total": total})


def refused(payment: Payment, reason: str = "slot_taken") -> BookingPaymentRefused:
    return BookingPaymentRefused(
        payment_id=payment.id, booking_id=payment.booking_id, customer_id=payment.customer_id, reason=reason
    )


def visit(payment: Payment) -> dict[str, Any]:
    return {
        "booking_id": payment.booking_id,
        "booking_version": 3,
        "number": "7K3Q9D2M",
        "customer_id": payment.customer_id,
        "hall_id": uuid4(),
        "hall_name": "White",
        "timezone": "Europe/Moscow",
        "start": NOW,
        "end": NOW,
        "people": 1,
        "total": {"amount": 400_000},
        "prepayment": {"amount": 200_000},
    }
