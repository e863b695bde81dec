"""What staff see of messages: no secrets; and what programs see that may not know who the studio's customers are."""

import re

from shared_schemas.notification import Message, Notification

HIDDEN = "…"
SHOWN = 2
ADDRESS = re.compile(r"(https?://[^/\s\"'<>?#]+)[^\s\"'<>]*")
"""Of a link, what may be shown: whose it is. What follows opens a booking, or pays."""


def masked(notification: Notification) -> Notification:
    """Without the text, which has names and links that open a booking; of the address, what tells two apart."""
    address = notification.address and masked_address(notification.address)
    return notification.model_copy(update={"address": address, "message": None})


def without_secrets(notification: Notification) -> Notification:
    """With links that lead nowhere: theirs open a booking for whoever has them."""
    said = notification.message and without_links(notification.message)
    return notification.model_copy(update={"message": said})


def without_links(message: Message) -> Message:
    """The same with links that lead nowhere."""
    return message.model_copy(update={part: _leading_nowhere(text) for part, text in message})


def _leading_nowhere(text: str | None) -> str | None:
    return text and ADDRESS.sub(rf"\1/{HIDDEN}", text)


def masked_address(address: str) -> str:
    """Of an address, what tells two apart: `a…@example.com`, `+7…67`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}{HIDDEN}@{domain}" if at else f"{address[:SHOWN]}{HIDDEN}{address[-SHOWN:]}"
