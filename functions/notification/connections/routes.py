"""Routes of connected messengers."""

from core.identity import Identity
from notification import composition
from notification.api import api
from notification.connections.errors import MessengerOffError
from shared_schemas.channels import Messenger
from shared_schemas.messages.connections import ConnectedMessengers, ConnectLink


@api.endpoint("GET /v1/me/messengers")
def list_my_messengers(identity: Identity) -> ConnectedMessengers:
    """The messengers by which you can get messages, and which you have connected. With the token of a booking: for the
    messages about that booking."""
    return composition.app().connecting.of(identity)


@api.endpoint("POST /v1/me/messengers/{channel}", status=201, errors=[MessengerOffError])
def connect_my_messenger(channel: Messenger, identity: Identity) -> ConnectLink:
    """A link to the studio's bot: once it is started there, messages come to that chat, before any SMS."""
    return composition.app().connecting.link(channel, identity)


@api.endpoint("DELETE /v1/me/messengers/{channel}", status=204)
def disconnect_my_messenger(channel: Messenger, identity: Identity) -> None:
    """Get no more messages there. To stop or block the bot does the same."""
    composition.app().connecting.remove(channel, identity)
