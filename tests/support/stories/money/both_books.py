"""Booking and Payment on one database, with their real use cases; the test is the broker between them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from booking.bookings.errors import InvalidTransitionError
from booking.calendar.errors import SlotTakenError
from booking.composition import Outside
from payment.gateways.port import WebhookRequest
from payment.gateways.words import GatewayPayment
from payment.refunds.errors import RefundTooLargeError
from shared_schemas.booking.bookings import Booking, ConfirmRequest, PaymentTerms
from shared_schemas.booking.changes import CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.events.bookings import BookingEvent, BookingPaymentRefused
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.payments import CollectedPayment, Payment, Refund
from tests.support.booking.studio import INTEGRATION, MANAGER, Studio
from tests.support.payment.refunds import SlowGateway, Treasury

HOUR = timedelta(hours=1)
WHY = "the story says so"


class BothBooks:
    """One booking of four hours, 8000 rubles: half of it is paid and counted, a link to the rest is open.

    What the services tell lies in `under_way` until it is delivered, and some of it comes twice."""

    def __init__(self, booking: Engine, payment: Engine, ahead: timedelta, chance: Random | None = None) -> None:
        self.chance = chance
        self.studio = Studio(booking)
        self.till = Treasury(payment, SlowGateway(), clock=self.studio.clock, booking=self)
        self.till.customer = self.studio.customer
        app = replace(self.studio.app, outside=Outside(payments=lambda _: self))
        self.bookings, self.refunds = app.bookings, app.refunds
        self.under_way: list[Envelope] = []
        self.slow: Refund | None = None
        self._seen = [0, 0]
        start = self.studio.clock.now() + ahead
        self.booking = self.studio.book(self.studio.hall(), start, hours=4)
        self.first = self._link("prepayment")
        self.till.settle(self.first, status="succeeded")
        self.deliver_all()
        self.till.clock.advance(minutes=1)
        self.second = self._link("balance")
        self.deliver_all()

    # What each service asks the other

    def terms(self, booking_id: UUID) -> PaymentTerms:
        return self.bookings.payment_terms(booking_id)

    def collected(self, payment_id: UUID) -> CollectedPayment:
        return self.till.payments.collected(payment_id)

    # What people do

    def pays(self) -> None:
        self.till.settle(self.second, status="succeeded")

    def shortens(self) -> None:
        self._move(-2)

    def shortens_a_little(self) -> None:
        self._move(-1)

    def moves(self) -> None:
        self._move(0)

    def lengthens(self) -> None:
        self._may(lambda: self.studio.changes.extend(self.booking.id, ExtendRequest(minutes=60), MANAGER, None))

    def cancels(self) -> None:
        self._may(lambda: self.studio.bookings.cancel(self.booking.id, CancelRequest(), MANAGER, None))

    def gives(self, amount: int = 50_000) -> None:
        """Staff give something back, of the first payment."""
        self._give(amount)

    def gives_more(self) -> None:
        self.gives(120_000)

    def gives_slowly(self) -> None:
        """The gateway takes its time over it."""
        self.till.gateway.outcome = {"status": "pending"}
        self.slow = self._give(70_000)
        self.till.gateway.outcome = {}

    def fails(self) -> None:
        """What was given slowly does not go back after all."""
        if self.slow is None:
            return
        key = next(key for key, refund in self.till.gateway.refunds.items() if refund.status == "pending")
        paid = self._at_gateway(self.first)
        self.till.gateway.change(paid.id, refunded=(paid.refunded or 0) - self.slow.amount.amount)
        refunds = self.till.gateway.refunds
        refunds[key] = replace(refunds[key], status="failed", reason="card_is_closed")
        self.poll()

    def returns_in_the_cabinet(self, amount: int = 30_000) -> None:
        """Without us, as much as the gateway still has, and it says so."""
        paid = self._at_gateway(self.first)
        amount = min(amount, paid.amount - (paid.refunded or 0))
        if not amount:
            return
        self.till.gateway.change(paid.id, refunded=(paid.refunded or 0) + amount)
        told = {"id": str(uuid4()), "status": "succeeded", "payment_id": paid.id}
        seen = len(self.till.notified())
        self.till.notifications.receive("yookassa", WebhookRequest(_notice(told)))
        for envelope in self.till.notified()[seen:]:
            self.till.process(envelope)

    def returns_much_in_the_cabinet(self) -> None:
        self.returns_in_the_cabinet(250_000)

    # The broker

    def deliver_some(self) -> None:
        """Any of what is under way, in any order."""
        assert self.chance
        self._collect()
        for _ in range(self.chance.randint(0, len(self.under_way))):
            self._deliver(self.under_way.pop(self.chance.randrange(len(self.under_way))))
            self._collect()

    def deliver_all(self) -> None:
        self._collect()
        while self.under_way:
            self._deliver(self.under_way.pop(self.chance.randrange(len(self.under_way)) if self.chance else 0))
            self._collect()

    def poll(self) -> None:
        self.till.clock.advance(minutes=20)
        self.till.poll_refunds()

    def end(self) -> dict[str, Any]:
        """Everything arrives, and both books are closed."""
        for _ in range(3):
            self.deliver_all()
            self._settle_slow_ones()
            self.poll()
        self.deliver_all()
        booking = self.now()
        back = self.till.gateway.given_back()
        with self.till.unit_of_work() as work:
            balance = work.ledger.balance(self.booking.id)
        assert (booking.paid.amount, booking.refund_due.amount) == (balance, 0), "the books do not agree"
        return {"status": booking.status, "kept": balance, "back": back}

    def now(self) -> Booking:
        return self.bookings.get(self.booking.id, MANAGER)

    def _collect(self) -> None:
        for number, broker in enumerate((self.studio.broker, self.till.broker)):
            fresh = broker.taken[self._seen[number] :]
            self._seen[number] += len(fresh)
            for envelope in fresh:
                self.under_way += [envelope] * (2 if self.chance and self.chance.random() < 0.3 else 1)

    def _deliver(self, envelope: Envelope) -> None:
        event = envelope.payload()
        if isinstance(event, PaymentSucceeded):
            self._confirm(envelope.id, event)
        elif isinstance(event, PaymentRefunded):
            self.refunds.note(envelope.id, event)
        elif isinstance(event, BookingEvent | BookingPaymentRefused):
            self.till.tell(event, envelope.id)

    def _confirm(self, event_id: UUID, event: PaymentSucceeded) -> None:
        request = ConfirmRequest(payment_id=event.payment_id, paid=event.amount)
        try:
            self.bookings.confirm(event.booking_id, request, INTEGRATION)
        except (InvalidTransitionError, SlotTakenError) as error:
            refused = BookingPaymentRefused(
                payment_id=event.payment_id, booking_id=event.booking_id, customer_id=event.customer_id,
                reason=error.code,
            )  # fmt: skip
            self.till.tell(refused, UUID(int=event_id.int ^ 1))

    def _give(self, amount: int) -> Refund | None:
        try:
            return self.till.refund(self.first, amount)
        except RefundTooLargeError as error:
            left = int(str(error.params["available"]))
            return self.till.refund(self.first, left) if left else None

    def _settle_slow_ones(self) -> None:
        refunds = self.till.gateway.refunds
        slow = {key: refund for key, refund in refunds.items() if refund.status == "pending"}
        refunds |= {key: replace(refund, status="succeeded") for key, refund in slow.items()}

    def _link(self, purpose: str) -> Payment:
        return self.till.pay(self.booking.id, purpose=purpose)

    def _move(self, hours: int) -> None:
        now = self.now()
        start = now.start if hours else now.start + HOUR
        end = start + (now.end - now.start) + hours * HOUR
        request = RescheduleRequest(start=start, end=end, override_reason=WHY)
        self._may(lambda: self.studio.changes.reschedule(self.booking.id, request, MANAGER, None))

    def _may(self, act: Callable[[], Booking]) -> None:
        try:
            act()
        except InvalidTransitionError:
            """It was called off before."""

    def _at_gateway(self, payment: Payment) -> GatewayPayment:
        return self.till.gateway.payments[self.till.gateway_id(payment)]


def _notice(refund: dict[str, Any]) -> bytes:
    return json.dumps({"type": "notification", "event": "refund.succeeded", "object": refund}).encode()
