"""What a gateway refuses for a reason of ours: operators hear its words, nobody's payment fails for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine

from payment.gateways.fiscal_words import Receipt
from payment.gateways.port import ClosingReceipt, GatewayFaultError, GatewayReceipt
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from payment.paying.errors import GatewayOutOfOrderError
from shared_schemas.events.operations import ServiceError
from tests.support.payment.receipts import Bookkeeper, FiscalGateway

WORDS = "receipt.items[0].vat_code: Неверное значение для anna@example.com"


@dataclass
class MisunderstoodGateway(FiscalGateway):
    """`misunderstands` is why it refuses the studio; None understands again."""

    misunderstands: GatewayFaultError | None = None

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        self._refuse()
        return super().create(order, capture=capture, receipt=receipt)

    def refund(self, order: RefundOrder) -> GatewayRefund:
        self._refuse()
        return super().refund(order)

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:  # type: ignore[override]
        self._refuse()
        return super().closing_receipt(closing)

    def _refuse(self) -> None:
        if self.misunderstands:
            raise self.misunderstands


@pytest.fixture
def gateway() -> MisunderstoodGateway:
    return MisunderstoodGateway(misunderstands=GatewayFaultError("invalid_request", WORDS))


@pytest.fixture
def books(engine: Engine, gateway: MisunderstoodGateway, emptied: None) -> Bookkeeper:
    return Bookkeeper(engine, gateway)


def told(books: Bookkeeper) -> list[ServiceError]:
    errors = [envelope.payload() for envelope in books.broker.taken if envelope.type == "service.error"]
    return [error for error in errors if isinstance(error, ServiceError)]


def test_payers_hear_that_it_is_out_of_order_and_operators_once_why(
    books: Bookkeeper, gateway: MisunderstoodGateway
) -> None:
    for _ in range(3):
        with pytest.raises(GatewayOutOfOrderError) as caught:
            books.pay()
        assert caught.value.retry_after > 0
    (error,) = told(books)
    assert (error.operation, error.code) == ("yookassa.create", "gateway_fault_invalid_request")
    assert "vat_code: Неверное значение" in error.detail
    assert "anna@example.com" not in error.detail
    assert [envelope.type for envelope in books.broker.taken if envelope.type.startswith("payment.")] == []


def test_a_cause_that_stays_is_told_again_later_and_another_at_once(
    books: Bookkeeper, gateway: MisunderstoodGateway
) -> None:
    causes: list[Callable[[], Any]] = [
        lambda: None,
        lambda: books.clock.advance(hours=1),
        lambda: setattr(gateway, "misunderstands", GatewayFaultError("forbidden", general=True)),
    ]
    for change in causes:
        change()
        with pytest.raises(GatewayOutOfOrderError):
            books.pay()
    assert [error.code.removeprefix("gateway_fault_") for error in told(books)] == [
        "invalid_request",
        "invalid_request",
        "forbidden",
    ]


def test_a_refund_waits_until_it_is_repaired(books: Bookkeeper, gateway: MisunderstoodGateway) -> None:
    gateway.misunderstands, fault = None, gateway.misunderstands
    payment = books.paid()
    gateway.misunderstands = fault
    refund = books.refund(payment, 50_000)
    books.clock.advance(minutes=10)
    books.poll_refunds()
    assert [row.status for row in books.of(payment)] == ["creating"]
    assert [error.operation for error in told(books)] == ["yookassa.refund"]

    gateway.misunderstands = None
    for _ in range(2):
        books.clock.advance(hours=1)
        books.poll_refunds()
    assert {row.id: row.status for row in books.of(payment)} == {refund.id: "succeeded"}


def test_a_closing_receipt_waits_for_a_day_and_then_asks_for_staff(
    books: Bookkeeper, gateway: MisunderstoodGateway
) -> None:
    gateway.misunderstands, fault = None, gateway.misunderstands
    payment = books.paid()
    gateway.misunderstands = fault
    books.complete(payment)
    books.clock.advance(hours=2)
    books.poll_receipts()
    assert books.receipt(payment, "settlement").status == "planned"

    books.clock.advance(hours=23)
    books.poll_receipts()
    receipt = books.receipt(payment, "settlement")
    assert (receipt.status, receipt.failure) == ("canceled", "invalid_request")
    gateway.misunderstands = None
    assert books.fiscal.retry(receipt.id).status == "pending"
    assert not gateway.closings[-1].tried
