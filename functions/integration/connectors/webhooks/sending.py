"""Outgoing webhooks: signed calls to subscribers."""

from collections.abc import Callable, Sequence
from uuid import UUID

from core.clock import Clock
from core.safe_http import AnswerTooLargeError, ForbiddenAddressError, NoAnswerError, OutsideClient
from integration.connectors.webhooks.domain import SIGNATURE_HEADER, Subscription, call_of, signature
from integration.connectors.webhooks.ports import SubscriptionWork
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import (
    ObsoleteError,
    PermanentSendError,
    ReceiverGoneError,
    TransientSendError,
)
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName

GONE = 410


class Webhooks:
    """A delivery for each subscription. Any 2xx is success, 410 ends the subscription, anything else is repeated."""

    name: ConnectorName = "webhooks"
    patience = Patience()

    def __init__(self, unit_of_work: Callable[[], SubscriptionWork], clock: Clock, client: OutsideClient) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._client = client

    def targets(self, work: SubscriptionWork, envelope: Envelope) -> Sequence[Target]:
        wanting = work.subscriptions.wanting(envelope.type)
        return [Target(str(one.id), at_once=not one.failing) for one in wanting]

    def send(self, parcel: Parcel) -> int | None:
        with self._unit_of_work() as work:
            subscription = work.subscriptions.find(UUID(parcel.target))
        if subscription is None or subscription.status != "active":
            raise ObsoleteError("subscription_ended")
        status = self._post(parcel, subscription)
        if 200 <= status < 300:
            return status
        if status == GONE:
            raise ReceiverGoneError("gone", status)
        raise TransientSendError(f"http_{status}", status)

    def settle(self, work: SubscriptionWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        subscription = UUID(parcel.target)
        if gone:
            work.subscriptions.disable(subscription, "gone")
            work.deliveries.withdraw(self.name, parcel.target, self._clock.now())
        elif outcome.status == "delivered":
            work.subscriptions.clear_failures(subscription)
        elif outcome.status != "skipped":
            work.subscriptions.count_failure(subscription)

    def _post(self, parcel: Parcel, subscription: Subscription) -> int:
        body = call_of(parcel.envelope).model_dump_json().encode()
        now = self._clock.now()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "cyclorama-webhooks",
            "Cyclorama-Delivery": str(parcel.id),
            "Cyclorama-Event": parcel.envelope.type,
            SIGNATURE_HEADER: signature(body, subscription.secrets(now), now),
        }
        try:
            # What the receiver says besides its status is of no interest, so it is not even read.
            return self._client.exchange("POST", subscription.url, headers, body).status
        except ForbiddenAddressError as error:
            # The name may have led elsewhere when the subscription was made.
            raise PermanentSendError("address_refused") from error
        except (NoAnswerError, AnswerTooLargeError) as error:
            raise TransientSendError("no_answer") from error
