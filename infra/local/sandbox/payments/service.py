"""What can be done with payments; each change and the webhooks it causes are one transaction."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from infra.local.sandbox.clock import Clock
from infra.local.sandbox.database import Database
from infra.local.sandbox.knobs import Knobs
from infra.local.sandbox.payments import states
from infra.local.sandbox.payments.model import Card, Payment, Refund
from infra.local.sandbox.payments.repository import PaymentRepository, RefundRepository
from infra.local.sandbox.providers.base import Dialect, Notice
from infra.local.sandbox.webhooks.queue import WebhookQueue

log = logging.getLogger("sandbox")
# What `wrong_amount` takes off or, from a payment as small as that, adds: one ruble.
WRONG_BY = 100


class NotFoundError(LookupError):
    """There is no such payment or refund."""


class Payments:
    """The use cases that gateways and pages share."""

    def __init__(
        self, database: Database, clock: Clock, knobs: Knobs, queue: WebhookQueue, dialects: Mapping[str, Dialect]
    ) -> None:
        self.payments = PaymentRepository(database)
        self.refunds = RefundRepository(database)
        self._database = database
        self._clock = clock
        self._knobs = knobs
        self._queue = queue
        self._dialects = dialects

    def create(self, payment: Payment) -> Payment:
        self.payments.add(payment)
        log.info("%s payment %s created over %d kopecks", payment.provider, payment.id, payment.amount)
        return payment

    def get(self, payment_id: str) -> Payment:
        """The payment as of now: what is overdue has expired."""
        self.sweep()
        if payment := self.payments.get(payment_id):
            return payment
        raise NotFoundError(payment_id)

    def pay(self, payment_id: str, card: Card | None) -> Payment:
        with self._database.transaction():
            paid = states.pay(self.get(payment_id), self._clock.now(), card)
            if self._knobs.take("wrong_amount", payment_id):
                wrong = paid.amount - WRONG_BY if paid.amount > WRONG_BY else paid.amount + WRONG_BY
                paid = paid.model_copy(update={"amount": wrong})
            return self._changed(paid)

    def decline(self, payment_id: str, reason: str) -> Payment:
        with self._database.transaction():
            return self._changed(states.decline(self.get(payment_id), reason))

    def capture(self, payment_id: str, amount: int | None) -> Payment:
        with self._database.transaction():
            return self._changed(states.capture(self.get(payment_id), self._clock.now(), amount))

    def cancel(self, payment_id: str) -> Payment:
        with self._database.transaction():
            return self._changed(states.cancel(self.get(payment_id)))

    def refund(self, refund: Refund) -> Refund:
        """Open a refund; it is decided after `refund_delay_ms`."""
        with self._database.transaction():
            payment = self.get(refund.payment_id)
            states.open_refund(payment, self.refunds.of(payment.id), refund.amount)
            delay = timedelta(milliseconds=self._knobs.milliseconds("refund_delay_ms", payment.id))
            refund = refund.model_copy(update={"due_at": self._clock.now() + delay})
            self.refunds.add(refund)
            log.info("%s refund %s of payment %s opened", refund.provider, refund.id, refund.payment_id)
            return refund

    def get_refund(self, refund_id: str) -> Refund:
        self.sweep()
        if refund := self.refunds.get(refund_id):
            return refund
        raise NotFoundError(refund_id)

    def sweep(self) -> None:
        """Let time do its work: links and holds expire, refunds are decided."""
        now = self._clock.now()
        with self._database.transaction():
            for payment in self.payments.overdue(now):
                self._changed(states.expire(payment))
            for refund in self.refunds.due(now):
                self._decide(refund)

    def _decide(self, refund: Refund) -> None:
        if self._knobs.take("refund_canceled", refund.payment_id):
            self.refunds.save(states.cancel_refund(refund))
            return
        payment = self.payments.get(refund.payment_id)
        if payment is None:
            raise NotFoundError(refund.payment_id)
        payment, refund = states.settle_refund(payment, refund)
        self.payments.save(payment)
        self.refunds.save(refund)
        self._notify(payment, self._dialects[payment.provider].refund_notice(refund))

    def _changed(self, payment: Payment) -> Payment:
        self.payments.save(payment)
        log.info("%s payment %s is %s", payment.provider, payment.id, payment.status)
        self._notify(payment, self._dialects[payment.provider].payment_notice(payment))
        return payment

    def _notify(self, payment: Payment, notice: Notice | None) -> None:
        if notice:
            self._queue.add(payment, notice)
