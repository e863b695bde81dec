"""A payment service that orders fiscal receipts, and a gateway that registers them when the test says so."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from core.jobs import Turn
from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from payment.gateways.port import ClosingReceipt, GatewayReceipt, GatewayRefusedError, RequestNeverSentError
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from shared_schemas.events.bookings import BookingCompleted
from shared_schemas.payment.payments import Payment
from shared_schemas.payment.receipts import FiscalReceipt, ReceiptKind
from tests.support.payment.refunds import STAFF, SlowGateway, Treasury, visit

ORDERED = {"receipts": "on", "receipt_vat": "22", "receipt_tax_system": "osn"}
LINES = [("Аренда зала «Белый»", 1, 301_001), ("Кофе", 3, 98_999)]


@dataclass
class FiscalGateway(SlowGateway):
    """`given` are the receipts that came along with calls; `registration` is what it says of closing receipts, None
    where it has no such call; `keyless` it could not tell a repeat from another order; `shut` takes no connection."""

    given: list[tuple[str, Receipt | None]] = field(default_factory=list)
    closings: list[ClosingReceipt] = field(default_factory=list)
    registration: ReceiptStatus | None = "pending"
    keyless: bool = False
    shut: bool = False

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        self.given.append(("create", receipt))
        return super().create(order, capture=capture)

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        self.given.append(("capture", receipt))
        return super().capture(gateway_payment_id, amount)

    def refund(self, order: RefundOrder) -> GatewayRefund:
        self.given.append(("refund", order.receipt))
        return super().refund(order)

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:  # type: ignore[override]
        if self.shut:
            raise RequestNeverSentError("NewConnectionError")
        if self.keyless and closing.tried:
            raise GatewayRefusedError("receipt_uncertain")
        if self.registration is None:
            return None
        self.closings.append(closing)
        found = super().closing_receipt(closing)
        return GatewayReceipt(found.id, self.registration)

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:  # type: ignore[override]
        super().fetch_receipt(receipt_id)
        return GatewayReceipt(receipt_id, self.registration) if self.registration else None

    def lines(self, number: int = -1) -> list[tuple[str, int]]:
        """What was on a receipt that it was given, the last unless told otherwise."""
        receipt = self.given[number][1]
        return [(item.name, item.amount) for item in receipt.items] if receipt else []


class Bookkeeper(Treasury):
    """The payment service of a studio that orders receipts; bookings cost 4000 rubles, half of it in advance."""

    gateway: FiscalGateway

    def later(self, wait: timedelta) -> None:
        """Let time go by."""
        self.clock.advance(minutes=wait / timedelta(minutes=1))

    def __init__(self, engine: Engine, gateway: FiscalGateway, **options: Any) -> None:
        super().__init__(engine, gateway, **(ORDERED | options))

    def booked(self, due: int = 200_000, **changes: Any) -> UUID:
        lines = [{"name": name, "quantity": number, "amount": {"amount": kopecks}} for name, number, kopecks in LINES]
        return super().booked(due, **({"lines": lines} | changes))

    def receipts_of(self, payment: Payment) -> list[FiscalReceipt]:
        return self.receipts.of(payment.id, STAFF).data

    def receipt(self, payment: Payment, kind: ReceiptKind = "payment") -> FiscalReceipt:
        (found,) = [receipt for receipt in self.receipts_of(payment) if receipt.kind == kind]
        return found

    def complete(self, payment: Payment) -> None:
        event = BookingCompleted.model_validate(visit(payment) | {"status": "completed"})
        self.fiscal.settle(event)

    def poll_receipts(self) -> int:
        return self.fiscal.run(Turn())

    def alarms(self) -> list[str]:
        return [
            envelope.payload().code  # type: ignore[attr-defined]
            for envelope in self.broker.taken
            if envelope.type == "service.error"
        ]
