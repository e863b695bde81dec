"""What gateways tell us. A notification is a hint: it is stored and acknowledged, then the gateway itself is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from core.clock import Clock
from core.context import current_flow, flow
from core.observability import count, logger
from payment.domain import Attempt
from payment.domain_refunds import Refund, of_unknown_sum
from payment.domain_witnesses import WITNESS, is_unexplained, spoken_of, witness_of
from payment.errors import (
    ForgedNotificationError,
    MalformedNotificationError,
    UnknownPaymentError,
    UnknownProviderError,
)
from payment.ports import Work
from payment.providers.base import (
    Acknowledgement,
    Gateway,
    GatewayRefusedError,
    Notification,
    ReceiptNotice,
    WebhookForgedError,
    WebhookRequest,
)
from payment.service_inquiry import Inquiry
from payment.service_receipts import track_notice
from payment.service_refunding import Refunding
from payment.service_settlement import emit
from shared_schemas.events import PaymentNotificationReceived, Provider


class Notifications:
    """Take notifications in, and act on them."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        gateways: Mapping[str, Gateway],
        inquiry: Inquiry,
        refunding: Refunding,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._inquiry = inquiry
        self._refunding = refunding

    def receive(self, provider: str, request: WebhookRequest) -> Acknowledgement:
        """Store what is new and pass it on; the answer is in the gateway's own way.

        What concerns no payment of ours is refused, and so delivered again; what is forged is refused for good."""
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
            refunds = work.refunds.of_payment(attempt.payment_id)
            notification = self._attributed(work, attempt, notification, refunds)
            notification_id = uuid4()
            if not work.notifications.add(notification_id, attempt, notification, text):
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
        self, work: Work, attempt: Attempt, notification: Notification, refunds: Sequence[Refund]
    ) -> Notification:
        """The same, as the word on one refund where it says that money went back."""
        if notification.returned is None:
            return notification
        told = work.notifications.objects(attempt.provider, WITNESS, [witness_of(row) for row in refunds])
        untold = [row for row in refunds if witness_of(row) not in told]
        meant = spoken_of(notification.returned, attempt, untold)
        return replace(notification, event=WITNESS, object_id=witness_of(meant)) if meant else notification

    def _hear(self, work: Work, notification_id: UUID, payment_id: UUID, notice: ReceiptNotice) -> None:
        """Signed, and told by nothing else: there is nothing that the gateway could be asked."""
        attempt = work.attempts.get(payment_id, lock=True)
        events = track_notice(work, payment_id, notice, self._clock.now())
        if events is None and notice.is_refund:
            # Of money that nobody here gave back: whether any went, its gateway can be asked.
            events = [PaymentNotificationReceived(notification_id=notification_id, provider=attempt.provider)]
        emit(work, attempt, events or [])
        work.commit()

    def process(self, event_id: UUID, notification_id: UUID, provider: Provider) -> None:
        """Ask the gateway what became of the payment and record its answer, once for each event.

        `GatewayUnreachableError` leaves the event to its queue, which delivers it again."""
        with self._unit_of_work() as work:
            payment_id, gateway_payment_id = work.notifications.get(notification_id)
            attempt, told = work.attempts.get(payment_id), work.notifications.body(notification_id)
        gateway = self._gateways.get(provider)
        if gateway is None:
            logger.error("A notification's gateway is switched off", payment_id=str(payment_id), provider=provider)
            return
        try:
            self._inquiry.ask(attempt, gateway, gateway_payment_id, event_id, _returned(gateway, told))
        except GatewayRefusedError as error:
            # Forged, or wrong about which payment it is: the gateway has the last word, and knows none.
            logger.warning("The gateway does not stand by a notification", payment_id=str(payment_id), error=str(error))
            return
        self._refunding.look_again(payment_id)


def _returned(gateway: Gateway, body: str) -> int | None:
    """How much went back by the receipt that a stored notification speaks of, in kopecks."""
    try:
        told = gateway.parse_webhook(WebhookRequest(body.encode()))
    except (ValueError, WebhookForgedError):
        # A query, or signed with a key of before: it says nothing of receipts.
        return None
    receipt = told.receipt if told else None
    return receipt.amount if receipt and receipt.is_refund and receipt.status == "succeeded" else None
