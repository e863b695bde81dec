"""Webhook subscriptions: made, changed and ended by staff, each step written down."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from core.changes import changed
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from core.trail.shown import Word
from integration.connectors.webhooks.domain import TEST_TYPE, Subscription, check_scheme, check_types, require
from integration.connectors.webhooks.errors import SubscriptionDisabledError
from integration.connectors.webhooks.ports import AddressBook, SubscriptionWork
from integration.deliveries.domain import Parcel, Patience
from integration.failures.domain import Handling
from shared_schemas.common import Page
from shared_schemas.errors import Violation
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import (
    Delivery,
    SubscriptionsQuery,
    WebhookSubscription,
    WebhookSubscriptionChange,
    WebhookSubscriptionRequest,
    WebhookSubscriptionWithSecret,
)

SECRET_BYTES = 32


class Webhooks:
    """What staff do with subscriptions."""

    def __init__(self, unit_of_work: Callable[[], SubscriptionWork], clock: Clock, addresses: AddressBook) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._addresses = addresses

    def create(
        self, request: WebhookSubscriptionRequest, actor: UUID, key: IdempotencyKey | None
    ) -> WebhookSubscriptionWithSecret:
        """The subscription, and for the only time its secret. A repeat of the request gets the same answer.

        `RuleViolationError` for an address that may not be called, or an event type that there is not."""
        require(self._violations(request.url, request.event_types))
        with self._unit_of_work() as work:
            return work.once(key, WebhookSubscriptionWithSecret, lambda: self._create(work, request, actor))

    def _create(
        self, work: SubscriptionWork, request: WebhookSubscriptionRequest, actor: UUID
    ) -> WebhookSubscriptionWithSecret:
        now = self._clock.now()
        made = Subscription(id=uuid4(), secret=_secret(), created_at=now, created_by=actor, **request.model_dump())
        work.subscriptions.add(made)
        note(after=_told(made))
        return _with_secret(work.subscriptions.get(made.id))

    def get(self, subscription_id: UUID) -> WebhookSubscription:
        """`SubscriptionNotFoundError` if there is none."""
        with self._unit_of_work() as work:
            return work.subscriptions.get(subscription_id).public()

    def page(self, query: SubscriptionsQuery) -> Page[WebhookSubscription]:
        """Newest first. `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = [subscription.public() for subscription in work.subscriptions.page(after, query.limit + 1)]
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def change(self, subscription_id: UUID, change: WebhookSubscriptionChange) -> WebhookSubscription:
        """Only the fields that are given change; activating it clears why it was disabled.

        `SubscriptionNotFoundError`, and `RuleViolationError` as in `create`."""
        require(self._violations(change.url, change.event_types or []))
        anew: dict[str, Any] = {"disabled_reason": None} if change.status else {}
        with self._unit_of_work() as work:
            before = work.subscriptions.get(subscription_id, lock=True)
            after = replace(changed(before, change, but=["reason"]), **anew)
            work.subscriptions.save(after)
            if after.status == "active" and (change.url or change.status):
                work.subscriptions.clear_failures(subscription_id)
            note(before=_told(before), after=_told(after), why=change.reason)
            answer = work.subscriptions.get(subscription_id).public()
            work.commit()
        return answer

    def remove(self, subscription_id: UUID) -> None:
        """Its secrets are deleted with it; deliveries that wait are not sent. `SubscriptionNotFoundError`."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            note(before=_told(work.subscriptions.get(subscription_id, lock=True)))
            work.subscriptions.remove(subscription_id)
            work.deliveries.withdraw("webhooks", str(subscription_id), now)
            work.commit()

    def rotate(self, subscription_id: UUID, reason: str) -> WebhookSubscriptionWithSecret:
        """A new secret; the old one is used as well for a day, so that the receiver has time to change over.
        `SubscriptionNotFoundError`."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            rotated = work.subscriptions.get(subscription_id, lock=True).rotated(_secret(), now)
            work.subscriptions.save(rotated)
            note(why=reason)
            work.commit()
        return _with_secret(rotated)

    def test(self, subscription_id: UUID, handling: Handling, correlation_id: str) -> Delivery:
        """A test call without content; its delivery shows whether it arrived.

        `SubscriptionNotFoundError`, `SubscriptionDisabledError`."""
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
            note(why=handling.reason)
            delivery = work.deliveries.get("webhooks", parcel.target, parcel.id)
            work.commit()
        return delivery

    def require_active(self, subscription_id: UUID) -> None:
        """`SubscriptionDisabledError` if nothing would be sent; `SubscriptionNotFoundError`."""
        with self._unit_of_work() as work:
            _require_active(work.subscriptions.get(subscription_id))

    def _violations(self, url: str | None, event_types: list[str]) -> list[Violation]:
        found = check_types(event_types)
        if url is None:
            return found
        scheme = check_scheme(url, self._addresses.private_addresses)
        return [*(scheme or self._addresses.check(url)), *found]


def _secret() -> str:
    return f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"


def _told(subscription: Subscription) -> dict[str, Any]:
    """What the trail tells: not the whole URL, for some receivers have a secret in theirs."""
    types = [Word(each) for each in subscription.event_types]
    return {
        "host": Word(urlsplit(subscription.url).hostname or ""),
        "event_types": types,
        "status": Word(subscription.status),
    }


def _with_secret(subscription: Subscription) -> WebhookSubscriptionWithSecret:
    public = subscription.public().model_dump()
    return WebhookSubscriptionWithSecret.model_validate(public | {"secret": subscription.secret})


def _require_active(subscription: Subscription) -> None:
    if subscription.status != "active":
        raise SubscriptionDisabledError(subscription_id=str(subscription.id))
