"""The routes of the history of messages."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from notification import composition
from notification.api import api
from notification.errors import CodeNotRepeatedError, NotificationNotFoundError, NotificationOutdatedError
from shared_schemas.common import Page
from shared_schemas.notification import Notification, NotificationsQuery


@api.endpoint("GET /v1/notifications", errors=[InvalidCursorError])
def list_notifications(query: NotificationsQuery, identity: Identity) -> Page[Notification]:
    """Messages, newest first, with their text and the address they were sent to. Their links are cut after the host.

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
