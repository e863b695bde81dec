"""Contracts of the messengers that people connect."""

from pydantic import Field

from shared_schemas.channels import Messenger
from shared_schemas.common import Contract, Instant


class ConnectedMessenger(Contract):
    """A messenger of the studio; `connected_at` is absent until messages go there."""

    channel: Messenger
    connected_at: Instant | None = None


class ConnectedMessengers(Contract):
    """Those that the studio has."""

    messengers: list[ConnectedMessenger]


class ConnectLink(Contract):
    """Opens the studio's bot; whoever starts it there gets the messages. It works once, until then."""

    url: str = Field(examples=["https://t.me/studio_bot?start=8Zq0"])
    expires_at: Instant
