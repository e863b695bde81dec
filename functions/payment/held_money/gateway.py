"""Money that is held, in the place of a gateway: what was paid out of it goes back into it, and the books agree."""

from collections.abc import Callable
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from core.clock import Clock
from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from payment.gateways.port import (
    Acknowledgement,
    ClosingReceipt,
    GatewayReceipt,
    GatewayRefusedError,
    Notification,
    NotYetError,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from payment.held_money.domain import Cause, Change, Entry, Held, give_back, put_in
from payment.held_money.ports import Work
from payment.held_money.records import record
from payment.receipts.advances import Advance
from payment.receipts.life import OWN_TILL
from payment.receipts.service import Receipts
from payment.refunds.domain.refund import StoredRefund
from shared_schemas.providers import HeldMoney


class HeldMoneyGateway:
    """Answers for one kind of held money as a gateway does for its own; a repeat of anything changes nothing."""

    def __init__(self, kind: HeldMoney, unit_of_work: Callable[[], Work], clock: Clock, receipts: Receipts) -> None:
        self._kind = kind
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._receipts = receipts

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        """Nobody pays here by a link."""
        self._never(order, capture, receipt)

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        with self._unit_of_work() as work:
            spent = work.held_money.entry(UUID(gateway_payment_id))
            if spent is None:
                raise GatewayRefusedError("not_found")
            return self._told(work, spent)

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        with self._unit_of_work() as work:
            spent = work.held_money.entry(order.id)
            return self._told(work, spent) if spent else None

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        """Nothing waits to be captured."""
        self._never(gateway_payment_id, amount, receipt)

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        """Nothing waits to be captured."""
        self._never(gateway_payment_id)

    def decline(self, gateway_payment_id: str) -> bool:  # noqa: ARG002 - there is no link
        return False

    def refund(self, order: RefundOrder) -> GatewayRefund:
        """The entry has the refund's id, so that a second one is not made."""
        with self._unit_of_work() as work:
            refund, now = work.refunds.get(order.id), self._clock.now()
            spent = None if refund.to_balance else work.held_money.spent(refund.payment_id)
            held = self._locked(work, refund, spent, now)
            if self._kind == "balance" and held.customer_id != work.refunds.get(order.id).customer_id:
                raise NotYetError("its owner turned out to be somebody else just now")
            if work.held_money.entry(order.id) is None:
                record(work, *self._put_back(work, held, refund, spent, now))
                work.commit()
        return GatewayRefund(str(order.id), "succeeded", order.amount)

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        return self.refund(order)

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        """Nobody sends any."""
        raise WebhookMalformedError(request.content_type)

    def acknowledge(self) -> Acknowledgement:
        return Acknowledgement()

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:  # noqa: ARG002 - the till has it
        return None

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:  # noqa: ARG002 - the till has it
        return None

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:  # noqa: ARG002
        return None

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment] | None:
        with self._unit_of_work() as work:
            entries = work.held_money.payments_between(self._kind, since, until)
            return [self._told(work, spent) for spent in entries]

    def _told(self, work: Work, spent: Entry) -> GatewayPayment:
        refunded = work.held_money.returned(spent.payment_id) if spent.payment_id else 0
        return GatewayPayment(str(spent.id), "succeeded", spent.price or 0, "RUB", str(spent.id), refunded=refunded)

    def _locked(self, work: Work, refund: StoredRefund, spent: Entry | None, now: datetime) -> Held:
        """Where the money goes: a balance is whoever's it is now, the others are what they were paid from."""
        if self._kind == "balance":
            return work.held_money.locked_balance(refund.customer_id, now)
        held = work.held_money.get(spent.held_id, lock=True) if spent else None
        if held is None:
            raise GatewayRefusedError("not_found")
        return held

    def _put_back(self, work: Work, held: Held, refund: StoredRefund, spent: Entry | None, now: datetime) -> Change:
        cause = Cause(
            id=refund.id,
            kind="returned" if spent else "refund",
            at=now,
            entered_by=refund.requested_by,
            payment_id=refund.payment_id,
            booking_id=refund.booking_id,
            refund_id=refund.id,
            receipt=None if spent else self._becomes_an_advance(work, refund),
        )
        if spent is None:
            return put_in(held, cause, refund.amount)
        return give_back(held, spent, cause, refund.amount, work.held_money.returned(refund.payment_id))

    def _becomes_an_advance(self, work: Work, refund: StoredRefund) -> Advance | None:
        """What was paid after its visit was no advance, and has a receipt as one now; all else has had it."""
        row = work.receipts.of_refund(refund.id)
        if row is None or row.failure != OWN_TILL:
            return None
        return self._receipts.advance(work.attempts.get(refund.payment_id).provider)

    def _never(self, *_: object) -> NoReturn:
        raise GatewayRefusedError("held_money")
