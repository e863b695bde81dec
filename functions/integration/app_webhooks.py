"""Routes of webhook subscriptions."""

from uuid import UUID

from core.context import current_flow
from core.idempotency import IdempotencyKey
from core.identity import STAFF, Identity
from core.paging import InvalidCursorError
from integration import wiring
from integration.api import api
from integration.domain_failures import Handling
from integration.errors_connectors import (
    DeliveryNotFoundError,
    DeliveryUnderWayError,
    SubscriptionDisabledError,
    SubscriptionNotFoundError,
)
from shared_schemas.common import Page
from shared_schemas.connectors import (
    DeliveriesQuery,
    Delivery,
    StaffReasonRequest,
    SubscriptionsQuery,
    WebhookSubscription,
    WebhookSubscriptionChange,
    WebhookSubscriptionRequest,
    WebhookSubscriptionWithSecret,
)
from shared_schemas.errors import RuleViolationError

ONE = "/v1/webhook-subscriptions/{subscription_id}"


@api.endpoint("POST /v1/webhook-subscriptions", status=201, allow=STAFF, errors=[RuleViolationError])
def create_webhook_subscription(
    body: WebhookSubscriptionRequest, identity: Identity, key: IdempotencyKey | None
) -> WebhookSubscriptionWithSecret:
    """Have events sent to an address. The secret that signs them is shown now and never again."""
    return wiring.webhooks().create(body, identity.user_id, key)


@api.endpoint("GET /v1/webhook-subscriptions", allow=STAFF, errors=[InvalidCursorError])
def list_webhook_subscriptions(query: SubscriptionsQuery) -> Page[WebhookSubscription]:
    """Who is sent which events, newest first."""
    return wiring.webhooks().page(query)


@api.endpoint(f"GET {ONE}", allow=STAFF, errors=[SubscriptionNotFoundError])
def get_webhook_subscription(subscription_id: UUID) -> WebhookSubscription:
    """One subscription, and whether its receiver answers."""
    return wiring.webhooks().get(subscription_id)


@api.endpoint(f"PATCH {ONE}", allow=STAFF, errors=[SubscriptionNotFoundError, RuleViolationError])
def change_webhook_subscription(
    subscription_id: UUID, body: WebhookSubscriptionChange, identity: Identity
) -> WebhookSubscription:
    """Change the address, the types or the description; disable it, or activate it again."""
    return wiring.webhooks().change(subscription_id, body, identity.user_id)


@api.endpoint(f"DELETE {ONE}", status=204, allow=STAFF, errors=[SubscriptionNotFoundError])
def delete_webhook_subscription(subscription_id: UUID, identity: Identity) -> None:
    """End a subscription; what still waits for its receiver is not sent."""
    wiring.webhooks().remove(subscription_id, identity.user_id)


@api.endpoint(f"POST {ONE}/rotate-secret", allow=STAFF, errors=[SubscriptionNotFoundError])
def rotate_webhook_secret(
    subscription_id: UUID, body: StaffReasonRequest, identity: Identity
) -> WebhookSubscriptionWithSecret:
    """Make a new secret; for 24 hours calls are signed with the old one as well."""
    return wiring.webhooks().rotate(subscription_id, identity.user_id, body.reason)


@api.endpoint(
    f"POST {ONE}/test", status=202, allow=STAFF, errors=[SubscriptionNotFoundError, SubscriptionDisabledError]
)
def test_webhook_subscription(subscription_id: UUID, body: StaffReasonRequest, identity: Identity) -> Delivery:
    """Send a call of type `webhook.test`, within a minute; the delivery tells how that went."""
    handling = Handling(identity.user_id, wiring.clock.now(), body.reason)
    return wiring.webhooks().test(subscription_id, handling, current_flow().correlation_id)


@api.endpoint(f"GET {ONE}/deliveries", allow=STAFF, errors=[SubscriptionNotFoundError, InvalidCursorError])
def list_webhook_deliveries(subscription_id: UUID, query: DeliveriesQuery) -> Page[Delivery]:
    """What was sent to a subscriber, with which success, newest first; kept for 30 days."""
    wiring.webhooks().get(subscription_id)
    return wiring.connectors().deliveries("webhooks", query, str(subscription_id))


@api.endpoint(
    f"POST {ONE}/deliveries/{{delivery_id}}/resend",
    status=202,
    allow=STAFF,
    errors=[SubscriptionNotFoundError, SubscriptionDisabledError, DeliveryNotFoundError, DeliveryUnderWayError],
)
def resend_webhook_delivery(
    subscription_id: UUID, delivery_id: UUID, body: StaffReasonRequest, identity: Identity
) -> Delivery:
    """Send a finished delivery once more, within a minute, under the same id."""
    wiring.webhooks().require_active(subscription_id)
    handling = Handling(identity.user_id, wiring.clock.now(), body.reason)
    return wiring.connectors().resend("webhooks", delivery_id, handling, str(subscription_id))
