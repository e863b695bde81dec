"""What can be done with payments; each change and the webhooks it causes are one transaction."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments import states
from infra.sandbox.payments.model import Card, Payment, Refund
from infra.sandbox.payments.repository import PaymentRepository, RefundRepository
from infra.sandbox.providers.base import Change, Dialect, Notice
from infra.sandbox.webhooks.queue import WebhookQueue

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
        with self._database.transaction():
            self.payments.add(payment)
            self._forge(payment)
        log.info("%s payment %s created over %d kopecks", payment.provider, payment.id, payment.amount)
        return payment

    def get(self, payment_id: str, provider: str | None = None) -> Payment:
        """The payment as of now: what is overdue has expired. A gateway sees only its own."""
        self.sweep()
        payment = self.payments.get(payment_id)
        if payment is None or provider not in (None, payment.provider):
            raise NotFoundError(payment_id)
        return payment

    def find(self, provider: str, order_number: str) -> Payment | None:
        """The payment of this number of the shop's, as of now."""
        self.sweep()
        return self.payments.find(provider, order_number)

    def show(self, payment_id: str) -> Payment:
        """The payer looks at the pay page."""
        with self._database.transaction():
            payment = self.get(payment_id)
            shown = states.show(payment)
            if shown != payment:
                self.payments.save(shown)
            return shown

    def needs_check(self, payment: Payment) -> bool:
        """Whether the payer's bank asks for 3-D Secure: it began already, or the knob wants it."""
        return payment.step == "checking" or self._knobs.take("three_ds", payment.id)

    def check(self, payment_id: str, card: Card | None) -> Payment:
        """3-D Secure begins; of that no gateway tells."""
        with self._database.transaction():
            checking = states.check(self.get(payment_id), card)
            self.payments.save(checking)
            return checking

    def confirm(self, payment_id: str) -> Payment:
        return self._change(payment_id, "paid", lambda p: self._taken(states.confirm(p, self._clock.now())))

    def pay(self, payment_id: str, card: Card | None, method: str | None = None) -> Payment:
        return self._change(payment_id, "paid", lambda p: self._taken(states.pay(p, self._clock.now(), card, method)))

    def decline(self, payment_id: str, reason: str) -> Payment:
        """The bank refuses; whether the payer may try again is the gateway's habit."""
        if self._dialects[self.get(payment_id).provider].second_chance:
            return self._change(payment_id, "rejected", lambda p: states.reject(p, reason))
        return self._change(payment_id, "declined", lambda p: states.decline(p, reason))

    def withdraw(self, payment_id: str) -> Payment:
        return self._change(payment_id, "withdrawn", states.withdraw)

    def capture(self, payment_id: str, amount: int | None) -> Payment:
        return self._change(payment_id, "captured", lambda p: states.capture(p, self._clock.now(), amount))

    def cancel(self, payment_id: str) -> Payment:
        return self._change(payment_id, "reversed", states.cancel)

    def reverse(self, payment_id: str, amount: int | None) -> Payment:
        return self._change(payment_id, "reversed", lambda p: states.reverse(p, amount))

    def remember(self, payment_id: str, key: str) -> None:
        """Keep the shop's id of what was just done to the payment."""
        payment = self.get(payment_id)
        self.payments.save(payment.model_copy(update={"keys": (*payment.keys, key)}))

    def refund(self, refund: Refund, *, at_once: bool = False) -> Refund:
        """Open a refund; it is decided after `refund_delay_ms`, or before this returns."""
        with self._database.transaction():
            payment = self.get(refund.payment_id)
            states.open_refund(payment, self.refunds.of(payment.id), refund.amount)
            delay = timedelta(milliseconds=0 if at_once else self._knobs.milliseconds("refund_delay_ms", payment.id))
            refund = refund.model_copy(update={"due_at": self._clock.now() + delay})
            self.refunds.add(refund)
            log.info("%s refund %s of payment %s opened", refund.provider, refund.id, refund.payment_id)
            return self._decide(refund) if at_once else refund

    def get_refund(self, refund_id: str) -> Refund:
        self.sweep()
        if refund := self.refunds.get(refund_id):
            return refund
        raise NotFoundError(refund_id)

    def tell(self, payment: Payment, notices: list[Notice]) -> None:
        """Queue webhooks."""
        for notice in notices:
            self._queue.add(payment, notice)

    def tell_again(self, provider: str) -> int:
        """Send at once what shops have not acknowledged of a gateway's webhooks; how many those are."""
        with self._database.transaction():
            return self._queue.hurry(provider)

    def sweep(self) -> None:
        """Let time do its work: links and holds expire, refunds are decided."""
        now = self._clock.now()
        with self._database.transaction():
            for payment in self.payments.overdue(now):
                self._expire(payment)
            for refund in self.refunds.due(now):
                self._decide(refund)

    def _expire(self, payment: Payment) -> None:
        if payment.status == "pending" and self._knobs.take("pay_after_expiry", payment.id):
            self.payments.save(payment.model_copy(update={"deadline": None}))
            return
        self._changed(states.expire(payment), "expired")

    def _taken(self, paid: Payment) -> Payment:
        if not self._knobs.take("wrong_amount", paid.id):
            return paid
        wrong = paid.amount - WRONG_BY if paid.amount > WRONG_BY else paid.amount + WRONG_BY
        return paid.model_copy(update={"amount": wrong, "approved": wrong})

    def _decide(self, refund: Refund) -> Refund:
        if self._knobs.take("refund_canceled", refund.payment_id):
            refund = states.cancel_refund(refund)
            self.refunds.save(refund)
            return refund
        payment = self.payments.get(refund.payment_id)
        if payment is None:
            raise NotFoundError(refund.payment_id)
        payment, refund = states.settle_refund(payment, refund)
        self.payments.save(payment)
        self.refunds.save(refund)
        self.tell(payment, self._dialects[payment.provider].refund_notices(payment, refund))
        return refund

    def _change(self, payment_id: str, change: Change, how: Callable[[Payment], Payment]) -> Payment:
        with self._database.transaction():
            return self._changed(how(self.get(payment_id)), change)

    def _changed(self, payment: Payment, change: Change) -> Payment:
        settled = payment.status == "succeeded" and change in ("paid", "captured")
        if settled and payment.has_receipt and self._knobs.take("receipt_canceled", payment.id):
            payment = payment.model_copy(update={"receipt_failed": True})
        self.payments.save(payment)
        log.info("%s payment %s is %s (%s)", payment.provider, payment.id, payment.status, change)
        self._forge(payment)
        self.tell(payment, self._dialects[payment.provider].payment_notices(payment, change))
        return payment

    def _forge(self, payment: Payment) -> None:
        if self._knobs.take("forged_webhook", payment.id):
            self.tell(payment, [self._dialects[payment.provider].forged_notice(payment)])
