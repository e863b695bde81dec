"""Routes of connected messengers and browsers."""

from core.identity import Identity
from notification import composition
from notification.api import api
from notification.connections.errors import MessengerOffError, PushKeysError, PushOffError, PushServiceUnknownError
from shared_schemas.channels import Messenger
from shared_schemas.messages.connections import (
    BrowserNotifications,
    BrowserSubscription,
    ConnectedMessengers,
    ConnectLink,
)


@api.endpoint("GET /v1/me/messengers")
def list_my_messengers(identity: Identity) -> ConnectedMessengers:
    """The messengers by which you can get messages, and which you have connected. With the token of a booking: for the
    messages about that booking."""
    app = composition.app()
    return app.connecting.of(identity).model_copy(update={"push": app.browsers.of(identity)})


@api.endpoint("PUT /v1/me/push", errors=[PushOffError, PushServiceUnknownError, PushKeysError])
def connect_my_browser(body: BrowserSubscription, identity: Identity) -> BrowserNotifications:
    """Get messages in this browser, and in no other, before any SMS."""
    return composition.app().browsers.connect(body, identity)


@api.endpoint("DELETE /v1/me/push", status=204)
def disconnect_my_browser(identity: Identity) -> None:
    """Get no more messages there."""
    composition.app().browsers.remove(identity)


@api.endpoint("POST /v1/me/messengers/{channel}", status=201, errors=[MessengerOffError])
def connect_my_messenger(channel: Messenger, identity: Identity) -> ConnectLink:
    """A link to the studio's bot: once it is started there, messages come to that chat, before any SMS."""
    return composition.app().connecting.link(channel, identity)


@api.endpoint("DELETE /v1/me/messengers/{channel}", status=204)
def disconnect_my_messenger(channel: Messenger, identity: Identity) -> None:
    """Get no more messages there. To stop or block the bot does the same."""
    composition.app().connecting.remove(channel, identity)
