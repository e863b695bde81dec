"""HTTP API of the notification service: what was told to whom."""

from uuid import UUID

from core.health import DegradedError, check_health
from core.http import Api
from core.idempotency import IdempotencyKey
from core.identity import STAFF
from core.paging import InvalidCursorError
from notification import wiring
from notification.errors import NotificationNotFoundError, NotificationOutdatedError
from shared_schemas.common import Health, Page
from shared_schemas.notification import Notification, NotificationsQuery

api = Api("notification")
app = api.app


@api.endpoint("GET /health/notification", errors=[DegradedError])
def notification_health() -> Health:
    """Whether the notification service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)


@api.endpoint("GET /v1/notifications", allow=STAFF, errors=[InvalidCursorError])
def list_notifications(query: NotificationsQuery) -> Page[Notification]:
    """Messages, newest first, with the words and the address they went to."""
    return wiring.history().page(query)


@api.endpoint("GET /v1/notifications/{notification_id}", allow=STAFF, errors=[NotificationNotFoundError])
def get_notification(notification_id: UUID) -> Notification:
    """One message."""
    return wiring.history().get(notification_id)


RESEND_ERRORS = [NotificationNotFoundError, NotificationOutdatedError]


@api.endpoint("POST /v1/notifications/{notification_id}/resend", status=201, allow=STAFF, errors=RESEND_ERRORS)
def resend_notification(notification_id: UUID, key: IdempotencyKey | None) -> Notification:
    """Send the same message again, as a new notification, to where its recipient is reached now."""
    return wiring.history().resend(notification_id, key)
