"""Contracts of the messengers and the browsers that people connect."""

from typing import Annotated

from pydantic import Field

from shared_schemas.channels import Messenger
from shared_schemas.common import Contract, Instant
from shared_schemas.integration.connectors import WebAddress
from shared_schemas.texts import Secret

KeyText = Annotated[str, Secret(200, 1, pattern=r"^[A-Za-z0-9_=-]+$")]


class ConnectedMessenger(Contract):
    """A messenger of the studio; `connected_at` is absent until messages go there."""

    channel: Messenger
    connected_at: Instant | None = None


class BrowserNotifications(Contract):
    """What a browser needs to subscribe, and which one did."""

    key: str
    """`applicationServerKey`."""
    connected_at: Instant | None = None
    browser: str | None = None
    """SHA-256 of its `endpoint`, in hex."""


class ConnectedMessengers(Contract):
    """Those that the studio has."""

    messengers: list[ConnectedMessenger]
    push: BrowserNotifications | None = None


class BrowserSubscription(Contract):
    """A browser's `PushSubscription` to our `key`."""

    endpoint: WebAddress
    p256dh: KeyText
    auth: KeyText


class ConnectLink(Contract):
    """Opens the studio's bot; whoever starts it there gets the messages. It works once, until then."""

    url: str = Field(examples=["https://t.me/studio_bot?start=8Zq0"])
    expires_at: Instant
