"""Routes of webhook subscriptions."""

from uuid import UUID

from core.context import current_flow
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from integration import composition
from integration.api import api
from integration.connectors.webhooks.errors import SubscriptionDisabledError, SubscriptionNotFoundError
from integration.deliveries.errors import DeliveryNotFoundError, DeliveryUnderWayError
from integration.failures.domain import Handling
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.connectors import (
    DeliveriesQuery,
    Delivery,
    StaffReasonRequest,
    SubscriptionsQuery,
    WebhookSubscription,
    WebhookSubscriptionChange,
    WebhookSubscriptionRequest,
    WebhookSubscriptionWithSecret,
)

ONE = "/v1/webhook-subscriptions/{subscription_id}"


@api.endpoint("POST /v1/webhook-subscriptions", status=201, errors=[RuleViolationError])
def create_webhook_subscription(
    body: WebhookSubscriptionRequest, identity: Identity, key: IdempotencyKey | None
) -> WebhookSubscriptionWithSecret:
    """Send events to a URL. The secret that signs the calls is shown in this answer only."""
    return composition.app().webhooks.create(body, identity.actor_id, key)


@api.endpoint("GET /v1/webhook-subscriptions", errors=[InvalidCursorError])
def list_webhook_subscriptions(query: SubscriptionsQuery) -> Page[WebhookSubscription]:
    """Webhook subscriptions, newest first."""
    return composition.app().webhooks.page(query)


@api.endpoint(f"GET {ONE}", errors=[SubscriptionNotFoundError])
def get_webhook_subscription(subscription_id: UUID) -> WebhookSubscription:
    """One subscription, and how many attempts in a row have failed."""
    return composition.app().webhooks.get(subscription_id)


@api.endpoint(f"PATCH {ONE}", errors=[SubscriptionNotFoundError, RuleViolationError])
def change_webhook_subscription(subscription_id: UUID, body: WebhookSubscriptionChange) -> WebhookSubscription:
    """Change the URL, the event types or the description; disable or enable it."""
    return composition.app().webhooks.change(subscription_id, body)


@api.endpoint(f"DELETE {ONE}", status=204, errors=[SubscriptionNotFoundError])
def delete_webhook_subscription(subscription_id: UUID) -> None:
    """Delete a subscription; deliveries that still wait are not sent."""
    composition.app().webhooks.remove(subscription_id)


@api.endpoint(f"POST {ONE}/rotate-secret", errors=[SubscriptionNotFoundError])
def rotate_webhook_secret(subscription_id: UUID, body: StaffReasonRequest) -> WebhookSubscriptionWithSecret:
    """Make a new secret. For 24 hours calls are signed with the old secret, too."""
    return composition.app().webhooks.rotate(subscription_id, body.reason)


@api.endpoint(f"POST {ONE}/test", status=202, errors=[SubscriptionNotFoundError, SubscriptionDisabledError])
def test_webhook_subscription(subscription_id: UUID, body: StaffReasonRequest, identity: Identity) -> Delivery:
    """Send a call of type `webhook.test` within a minute; the delivery shows the result."""
    handling = Handling(identity.actor_id, composition.app().world.clock.now(), body.reason)
    return composition.app().webhooks.test(subscription_id, handling, current_flow().correlation_id)


@api.endpoint(f"GET {ONE}/deliveries", errors=[SubscriptionNotFoundError, InvalidCursorError])
def list_webhook_deliveries(subscription_id: UUID, query: DeliveriesQuery) -> Page[Delivery]:
    """A subscriber's deliveries and their results, newest first; kept for 30 days."""
    composition.app().webhooks.get(subscription_id)
    return composition.app().connectors.deliveries("webhooks", query, str(subscription_id))


@api.endpoint(
    f"POST {ONE}/deliveries/{{delivery_id}}/resend",
    status=202,
    errors=[SubscriptionNotFoundError, SubscriptionDisabledError, DeliveryNotFoundError, DeliveryUnderWayError],
)
def resend_webhook_delivery(
    subscription_id: UUID, delivery_id: UUID, body: StaffReasonRequest, identity: Identity
) -> Delivery:
    """Send a finished delivery again, within a minute and with the same id."""
    composition.app().webhooks.require_active(subscription_id)
    handling = Handling(identity.actor_id, composition.app().world.clock.now(), body.reason)
    return composition.app().connectors.resend("webhooks", delivery_id, handling, str(subscription_id))
