"""Why the notification service refuses, and why a message does not leave."""

from shared_schemas.errors import ConflictError, NotFoundError, Text


class NotificationNotFoundError(NotFoundError):
    code = "notification_not_found"
    text = Text("There is no notification {notification_id}", "Уведомление {notification_id} не найдено")


class NotificationOutdatedError(ConflictError):
    """To send it would mislead: the booking is not what the message says any more."""

    code = "notification_outdated"
    text = Text(
        "The booking is {status} now, the message is outdated", "Бронирование уже «{status}», уведомление устарело"
    )


class BookingUnknownError(Exception):
    """The booking's own event has not arrived yet; the queue delivers the event at hand again."""


class DeliveryError(Exception):
    """A message did not leave; `reason` is a short code for operators and holds no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientDeliveryError(DeliveryError):
    """Trying again later may help: network, limits, money, a key to be repaired."""


class PermanentDeliveryError(DeliveryError):
    """Trying again cannot help: the address or the message itself is refused."""
