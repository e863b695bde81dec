"""Webhook subscriptions: made, changed and ended by staff, each step written down."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.paging import decode_cursor, encode_cursor
from integration.domain_deliveries import Parcel, Patience
from integration.domain_failures import Handling
from integration.domain_webhooks import TEST_TYPE, Subscription, check_scheme, check_types, require
from integration.errors_connectors import SubscriptionDisabledError
from integration.ports_connectors import ConnectorWork
from integration.ports_webhooks import AddressBook
from shared_schemas.common import Page
from shared_schemas.connectors import (
    Delivery,
    SubscriptionsQuery,
    WebhookSubscription,
    WebhookSubscriptionChange,
    WebhookSubscriptionRequest,
    WebhookSubscriptionWithSecret,
)
from shared_schemas.errors import Violation
from shared_schemas.events import Envelope

SECRET_BYTES = 32


class Webhooks:
    """What staff do with subscriptions."""

    def __init__(self, unit_of_work: Callable[[], ConnectorWork], clock: Clock, addresses: AddressBook) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._addresses = addresses

    def create(
        self, request: WebhookSubscriptionRequest, actor: UUID, key: IdempotencyKey | None
    ) -> WebhookSubscriptionWithSecret:
        """The subscription, and for the only time its secret. A repeat of the request gets the same."""
        require(self._violations(request.url, request.event_types))
        now = self._clock.now()
        made = Subscription(id=uuid4(), secret=_secret(), created_at=now, created_by=actor, **request.model_dump())
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return WebhookSubscriptionWithSecret.model_validate(replay)
            work.subscriptions.add(made)
            self._audit(work, "create", made.id, Handling(actor, now, made.description), url=made.url)
            answer = _with_secret(work.subscriptions.get(made.id))
            work.idempotency.remember(key, answer.model_dump(mode="json"))
            work.commit()
        return answer

    def get(self, subscription_id: UUID) -> WebhookSubscription:
        with self._unit_of_work() as work:
            return work.subscriptions.get(subscription_id).public()

    def page(self, query: SubscriptionsQuery) -> Page[WebhookSubscription]:
        """Newest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = [subscription.public() for subscription in work.subscriptions.page(after, query.limit + 1)]
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def change(self, subscription_id: UUID, change: WebhookSubscriptionChange, actor: UUID) -> WebhookSubscription:
        """Only what is named changes; activating it forgets why it was off."""
        require(self._violations(change.url, change.event_types or []))
        values: dict[str, Any] = change.model_dump(exclude={"reason"}, exclude_none=True)
        if "status" in values:
            values["disabled_reason"] = None
        with self._unit_of_work() as work:
            changed = replace(work.subscriptions.get(subscription_id, lock=True), **values)
            work.subscriptions.save(changed)
            if changed.status == "active" and ("url" in values or "status" in values):
                work.subscriptions.clear_failures(subscription_id)
            handling = Handling(actor, self._clock.now(), change.reason)
            self._audit(work, "change", subscription_id, handling, **values)
            answer = work.subscriptions.get(subscription_id).public()
            work.commit()
        return answer

    def remove(self, subscription_id: UUID, actor: UUID) -> None:
        """Its secrets go with it; what still waits is not sent."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            url = work.subscriptions.get(subscription_id, lock=True).url
            work.subscriptions.remove(subscription_id)
            work.deliveries.withdraw("webhooks", str(subscription_id), now)
            self._audit(work, "delete", subscription_id, Handling(actor, now), url=url)
            work.commit()

    def rotate(self, subscription_id: UUID, actor: UUID, reason: str) -> WebhookSubscriptionWithSecret:
        """A new secret; the old one signs as well for a day, so that the receiver may change over in peace."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            rotated = work.subscriptions.get(subscription_id, lock=True).rotated(_secret(), now)
            work.subscriptions.save(rotated)
            self._audit(work, "rotate-secret", subscription_id, Handling(actor, now, reason))
            work.commit()
        return _with_secret(rotated)

    def test(self, subscription_id: UUID, handling: Handling, correlation_id: str) -> Delivery:
        """A call that tells of nothing, to see whether it arrives; the delivery says how that went."""
        with self._unit_of_work() as work:
            _require_active(work.subscriptions.get(subscription_id))
            event = Envelope(
                type=TEST_TYPE,
                version=1,
                time=handling.at,
                source="integration",
                correlation_id=correlation_id,
                data={"subscription_id": str(subscription_id)},
            )
            parcel = Parcel("webhooks", str(subscription_id), event, handling.at + Patience().horizon)
            work.deliveries.add([parcel], handling.at)
            self._audit(work, "test", subscription_id, handling)
            delivery = work.deliveries.get("webhooks", parcel.target, parcel.id)
            work.commit()
        return delivery

    def require_active(self, subscription_id: UUID) -> None:
        """`SubscriptionDisabledError` where nothing would be sent."""
        with self._unit_of_work() as work:
            _require_active(work.subscriptions.get(subscription_id))

    def _violations(self, url: str | None, event_types: list[str]) -> list[Violation]:
        found = check_types(event_types)
        if url is None:
            return found
        scheme = check_scheme(url, self._addresses.private_addresses)
        return [*(scheme or self._addresses.check(url)), *found]

    def _audit(
        self, work: ConnectorWork, action: str, subscription_id: UUID, handling: Handling, **details: Any
    ) -> None:
        work.actions.add(f"webhook-{action}", f"webhook-subscription:{subscription_id}", handling, details)


def _secret() -> str:
    return f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"


def _with_secret(subscription: Subscription) -> WebhookSubscriptionWithSecret:
    public = subscription.public().model_dump()
    return WebhookSubscriptionWithSecret.model_validate(public | {"secret": subscription.secret})


def _require_active(subscription: Subscription) -> None:
    if subscription.status != "active":
        raise SubscriptionDisabledError(subscription_id=str(subscription.id))
