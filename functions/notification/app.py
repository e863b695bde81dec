"""HTTP API of the notification service: sent messages."""

from uuid import UUID

from core.http.api import Api
from core.http.health import DegradedError
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from notification import composition
from notification.errors import CodeNotRepeatedError, NotificationNotFoundError, NotificationOutdatedError
from shared_schemas.common import Health, Page
from shared_schemas.notification import Notification, NotificationsQuery
from shared_schemas.privacy.export import Disclosure, DisclosureQuery

api = Api("notification")
api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health/notification", errors=[DegradedError])
def notification_health() -> Health:
    """Whether the notification service can reach its database, and how far its outbox lags."""
    return composition.app().health()


@api.endpoint("GET /v1/notifications", errors=[InvalidCursorError])
def list_notifications(query: NotificationsQuery, identity: Identity) -> Page[Notification]:
    """Messages, newest first, with their text and the address they were sent to.

    An API key without `customers:read` sees neither: no text, and of the address only what tells two apart."""
    return composition.app().history.page(query, whole=identity.sees_people)


@api.endpoint("GET /v1/notifications/{notification_id}", errors=[NotificationNotFoundError])
def get_notification(notification_id: UUID, identity: Identity) -> Notification:
    """One message."""
    return composition.app().history.get(notification_id, whole=identity.sees_people)


RESEND_ERRORS = [CodeNotRepeatedError, NotificationNotFoundError, NotificationOutdatedError]


@api.endpoint("POST /v1/notifications/{notification_id}/resend", status=201, errors=RESEND_ERRORS)
def resend_notification(notification_id: UUID, key: IdempotencyKey | None, identity: Identity) -> Notification:
    """Send the same message again, as a new notification, to where its recipient is reached now."""
    return composition.app().history.resend(notification_id, key, whole=identity.sees_people)


@api.endpoint("GET /v1/recipients/{account_id}/personal-data")
def disclose_recipient(account_id: UUID, query: DisclosureQuery) -> Disclosure:
    """Messages to a person, for an export that the booking service makes; a page of them."""
    return composition.app().disclosing.of(account_id, query.page)
