"""What a shop can ask of Sber, independent of the encoding."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from infra.sandbox.clock import Clock
from infra.sandbox.ids import gateway_id
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.payments.service import NotFoundError, Payments
from infra.sandbox.payments.states import SBP, AmountError, TransitionError
from infra.sandbox.providers.sberpay import requests
from infra.sandbox.providers.sberpay.bundles import check_sums
from infra.sandbox.providers.sberpay.errors import DUPLICATE, INVALID, NOT_FOUND, SYSTEM, SberError
from infra.sandbox.providers.sberpay.objects import NAME, order
from infra.sandbox.providers.sberpay.receipts import Receipts
from infra.sandbox.providers.sberpay.requests import Done
from infra.sandbox.providers.sberpay.wire import Wire
from infra.sandbox.qr import payload, qrc_id

Command = Callable[[dict[str, Any], Wire], Done]


class Commands:
    """One shop's orders."""

    def __init__(self, payments: Payments, receipts: Receipts, clock: Clock, public_url: str) -> None:
        self._payments = payments
        self._receipts = receipts
        self._clock = clock
        self._public_url = public_url

    def run(self, command: Command, document: dict[str, Any], wire: Wire) -> Done:
        """Carry a command out; raises `SberError` and nothing else that a shop could cause."""
        try:
            return command(document, wire)
        except NotFoundError:
            raise SberError(NOT_FOUND) from None
        except TransitionError:
            raise SberError(SYSTEM, "Состояние заказа этого не допускает") from None
        except AmountError as error:
            raise SberError(SYSTEM, f"Сумма больше оставшейся: {error.left}") from None

    def register(self, document: dict[str, Any], wire: Wire) -> Done:
        return self._register(document, wire, capture=True)

    def register_pre_auth(self, document: dict[str, Any], wire: Wire) -> Done:
        return self._register(document, wire, capture=False)

    def status(self, document: dict[str, Any], _: Wire) -> Done:
        payment = self._named(document)
        return Done(payment.id, order(payment, self._payments.refunds.of(payment.id)))

    def deposit(self, document: dict[str, Any], _: Wire) -> Done:
        asked = requests.parse(requests.OfPart, document)
        payment = self._payments.get(asked.order_id, NAME)
        check_sums(asked.order_bundle, asked.amount or payment.amount)
        return Done(self._payments.capture(payment.id, asked.amount or None).id, {})

    def reverse(self, document: dict[str, Any], _: Wire) -> Done:
        """Once, and of a one-stage payment on its own day only; the Faster Payments System cannot."""
        asked = requests.parse(requests.OfPart, document)
        payment = self._payments.get(asked.order_id, NAME)
        settled = payment.status == "succeeded" and not self._is_fresh(payment)
        if payment.reversed or payment.refunded or settled:
            raise TransitionError(payment)
        self._returned(payment, asked, asked.amount or payment.amount, "REVERSAL")
        return Done(self._payments.reverse(payment.id, asked.amount or None).id, {})

    def refund(self, document: dict[str, Any], _: Wire) -> Done:
        asked = requests.parse(requests.OfPart, document)
        payment = self._payments.get(asked.order_id, NAME)
        if self._was_refunded(payment, asked):
            return Done(payment.id, {})
        refund = Refund(
            id=gateway_id(),
            provider=NAME,
            payment_id=payment.id,
            key=asked.external_refund_id,
            amount=asked.amount or payment.amount - payment.refunded,
            metadata={"asked": str(asked.amount)},
            created_at=self._clock.now(),
            due_at=None,
        )
        if refund.amount == 0:
            raise TransitionError(payment)
        _check_return(asked, refund.amount)
        done = self._payments.refund(refund, at_once=True)
        if done.status != "canceled":
            self._returned(payment, asked, refund.amount, "REFUND")
        return Done(payment.id, {}, "Банк отказал в возврате" if done.status == "canceled" else None)

    def decline(self, document: dict[str, Any], _: Wire) -> Done:
        return Done(self._payments.withdraw(self._named(document).id).id, {})

    def _returned(self, payment: Payment, asked: requests.OfPart, amount: int, operation: str) -> None:
        """The receipt of what goes back."""
        _check_return(asked, amount)
        if asked.order_bundle:
            self._receipts.add(payment, asked.order_bundle, operation)

    def _register(self, document: dict[str, Any], wire: Wire, *, capture: bool) -> Done:
        asked = requests.register(document, wire)
        if asked.by_code and not capture:
            raise SberError(INVALID, "qrType: СБП не умеет блокировать деньги")
        if self._payments.find(NAME, asked.order_number):
            raise SberError(DUPLICATE)
        payment = self._payments.create(self._payment(asked, wire, capture, self._clock.now()))
        fields: dict[str, Any] = {"orderId": payment.id, "formUrl": f"{self._public_url}/pay/{payment.id}"}
        if asked.by_code:
            code = {"sbpPayload": payload(self._public_url, payment), "qrcId": qrc_id(payment.id)}
            fields["externalParams"] = code
        return Done(payment.id, fields)

    def _payment(self, asked: requests.Register, wire: Wire, capture: bool, now: datetime) -> Payment:
        order_id = str(uuid4())
        return Payment(
            id=order_id,
            provider=NAME,
            variant=wire,
            order_number=asked.order_number,
            amount=asked.amount,
            capture=capture,
            method=SBP if asked.by_code else None,
            description=asked.description,
            return_url=_with_order(asked.return_url, order_id),
            fail_url=_with_order(asked.fail_url, order_id) if asked.fail_url else None,
            callback_url=asked.dynamic_callback_url,
            metadata={name: str(value) for name, value in asked.json_params.items()},
            has_receipt=asked.order_bundle is not None,
            receipt=asked.order_bundle,
            created_at=now,
            deadline=asked.deadline(now),
        )

    def _named(self, document: dict[str, Any]) -> Payment:
        """The order of `orderId` or, without one, of `orderNumber`."""
        asked = requests.parse(requests.OfOrder, document)
        if asked.order_id:
            return self._payments.get(asked.order_id, NAME)
        if not asked.order_number:
            raise SberError(INVALID, "Укажите orderId или orderNumber")
        if payment := self._payments.find(NAME, asked.order_number):
            return payment
        raise NotFoundError(asked.order_number)

    def _is_fresh(self, payment: Payment) -> bool:
        paid, now = payment.captured_at, self._clock.now()
        if not payment.capture or payment.method == SBP or paid is None:
            return False
        return paid.astimezone(requests.MOSCOW).date() == now.astimezone(requests.MOSCOW).date()

    def _was_refunded(self, payment: Payment, asked: requests.OfPart) -> bool:
        """Whether this very refund was carried out before; the shop's id of it must not mean another."""
        if (key := asked.external_refund_id) is None:
            return False
        for refund in self._payments.refunds.of(payment.id):
            if refund.key == key and refund.status != "canceled":
                if refund.metadata["asked"] != str(asked.amount):
                    raise SberError(INVALID, "externalRefundId: использован для другого возврата")
                return True
        return False


def _check_return(asked: requests.OfPart, amount: int) -> None:
    check_sums(asked.order_bundle, amount)
    if asked.order_bundle and asked.order_bundle.get("receiptType", "SELL").upper() != "SELL_REFUND":
        raise SberError(INVALID, "orderBundle.receiptType: чек возврата имеет тип SELL_REFUND")


def _with_order(url: str, order_id: str) -> str:
    """Sber adds the order's id to the shop's address."""
    address, mark, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}orderId={order_id}&lang=ru{mark}{fragment}"
