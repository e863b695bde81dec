"""Contracts of which messages people want."""

from typing import Literal, get_args

from pydantic import Field

from shared_schemas.channels import Channel
from shared_schemas.common import Contract, Replacement

MessageKind = Literal["visits", "reminders", "reviews", "alarms"]
"""`visits` are messages that a visit, its money or an account needs: they cannot be left. `reviews` ask how a visit
was, `alarms` tell administrators what went wrong. Advertising is a consent."""
LEAVABLE: tuple[MessageKind, ...] = tuple(kind for kind in get_args(MessageKind) if kind != "visits")


class Preference(Contract):
    """Whether messages of a kind are wanted on a channel; `needed` ones are sent anyhow."""

    kind: MessageKind
    channel: Channel
    wanted: bool
    needed: bool


class Preferences(Contract):
    """All kinds of messages on all channels."""

    messages: list[Preference]


class LeftMessages(Contract):
    """A kind of message that is not wanted on a channel."""

    kind: Literal["reminders", "reviews", "alarms"]
    channel: Channel


class PreferencesReplacement(Replacement):
    """Everything that is not wanted; what is not named is sent."""

    left: list[LeftMessages] = Field(max_length=20)


class LeaveQuery(Contract):
    """`again` takes back that these messages were left."""

    again: bool = False
