"""What a program sees of messages that is not let know who the studio's customers are."""

from shared_schemas.notification import Notification

HIDDEN = "…"
SHOWN = 2


def masked(notification: Notification) -> Notification:
    """Without the text, which has names and links that open a booking; of the address, what tells two apart."""
    address = notification.address and _masked(notification.address)
    return notification.model_copy(update={"address": address, "message": None})


def _masked(address: str) -> str:
    """`a…@example.com`, `+7…67`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}{HIDDEN}@{domain}" if at else f"{address[:SHOWN]}{HIDDEN}{address[-SHOWN:]}"
