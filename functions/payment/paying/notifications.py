"""Notifications of gateways. A notification is a hint: it is stored and acknowledged, then the gateway is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from core.clock import Clock
from core.context import current_flow, flow
from core.observability import count, logger
from payment.attempts.domain import Attempt
from payment.attempts.events import emit
from payment.attempts.wholes import lead_of, whole_of
from payment.gateways.port import (
    Acknowledgement,
    Gateway,
    GatewayRefusedError,
    Notification,
    ReceiptNotice,
    WebhookForgedError,
    WebhookRequest,
)
from payment.paying.errors import (
    ForgedNotificationError,
    MalformedNotificationError,
    UnknownPaymentError,
    UnknownProviderError,
)
from payment.paying.inquiry import Inquiry
from payment.paying.ports import Work
from payment.receipts.service import track_notice
from payment.refunds.domain.refund import StoredRefund, of_unknown_sum
from payment.refunds.domain.witnesses import WITNESS, is_unexplained, spoken_of, witness_of
from payment.refunds.sending import Refunding, refunds_of
from shared_schemas.events.payments import PaymentNotificationReceived
from shared_schemas.providers import Provider


@dataclass(frozen=True)
class Notifications:
    """Take notifications in, and act on them."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _gateways: Mapping[str, Gateway]
    _inquiry: Inquiry
    _refunding: Refunding

    def receive(self, provider: str, request: WebhookRequest) -> Acknowledgement:
        """Store what is new and pass it on; the answer has the gateway's own form.

        `UnknownProviderError`, `MalformedNotificationError`, `ForgedNotificationError`; `UnknownPaymentError` makes the
        gateway deliver it again."""
        gateway = self._gateways.get(provider)
        if gateway is None:
            raise UnknownProviderError(provider=provider)
        try:
            notification, text = gateway.parse_webhook(request), request.body.decode() or request.query
        except WebhookForgedError as error:
            raise ForgedNotificationError(provider=provider) from error
        except ValueError as error:
            raise MalformedNotificationError(provider=provider) from error
        if notification:
            self._store(provider, notification, text)
        else:
            logger.info("A notification is about nothing that is followed", provider=provider)
            count("NotificationsIgnored", provider=provider)
        return gateway.acknowledge()

    def _store(self, provider: str, notification: Notification, text: str) -> None:
        with self._unit_of_work() as work:
            attempt = work.attempts.find(provider, notification.gateway_payment_id, notification.attempt_id)
            if attempt is None:
                raise UnknownPaymentError
            parts = work.attempts.parts(attempt)
            attempt, refunds = whole_of(parts), refunds_of(work, parts)
            notification = self._attributed(work, attempt, notification, refunds)
            notification_id = uuid4()
            kept = "" if work.payers.is_erased(attempt.customer_id) else text
            if not work.notifications.add(notification_id, attempt, notification, kept):
                count("NotificationsRepeated", provider=provider)
                if not notification.may_come_again:
                    return
                notification_id = work.notifications.find(provider, notification)
            if notification.receipt:
                self._hear(work, notification_id, attempt.payment_id, notification.receipt)
                return
            with flow(attempt.correlation_id, current_flow().causation_id):
                work.emit(PaymentNotificationReceived(notification_id=notification_id, provider=attempt.provider))
                if notification.returned and is_unexplained(notification.returned, attempt, refunds):
                    work.emit(of_unknown_sum(attempt))
                work.commit()

    def _attributed(
        self, work: Work, attempt: Attempt, notification: Notification, refunds: Sequence[StoredRefund]
    ) -> Notification:
        """The notification, attributed to one refund if it reports a refund."""
        if notification.returned is None:
            return notification
        told = work.notifications.objects(attempt.provider, WITNESS, [witness_of(row) for row in refunds])
        untold = [row for row in refunds if witness_of(row) not in told]
        meant = spoken_of(notification.returned, attempt, untold)
        return replace(notification, event=WITNESS, object_id=witness_of(meant)) if meant else notification

    def _hear(self, work: Work, notification_id: UUID, payment_id: UUID, notice: ReceiptNotice) -> None:
        """Applies signed news that the gateway cannot be asked about."""
        attempt = lead_of(work.attempts.parts(work.attempts.get(payment_id), lock=True))
        events = track_notice(work, payment_id, notice, self._clock.now())
        if events is None and notice.is_refund:
            # A refund that was not made here: the gateway can be asked about it.
            events = [PaymentNotificationReceived(notification_id=notification_id, provider=attempt.provider)]
        emit(work, attempt, events or [])
        work.commit()

    def process(self, event_id: UUID, notification_id: UUID, provider: Provider) -> None:
        """Ask the gateway about the payment and record its answer, once for each event.

        `GatewayUnreachableError` leaves the event to its queue, which delivers it again."""
        with self._unit_of_work() as work:
            told = work.notifications.get(notification_id)
            attempt = work.attempts.get(told.payment_id)
        gateway = self._gateways.get(provider)
        if gateway is None:
            logger.error(
                "A notification's gateway is switched off", payment_id=str(attempt.payment_id), provider=provider
            )
            return
        try:
            self._inquiry.ask(attempt, gateway, told.gateway_payment_id, event_id, told.receipted)
        except GatewayRefusedError as error:
            # Forged, or it names the wrong payment: the gateway knows none.
            logger.warning(
                "The gateway does not stand by a notification", payment_id=str(attempt.payment_id), error=str(error)
            )
            return
        self._refunding.look_again(attempt.payment_id)
