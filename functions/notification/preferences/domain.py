"""Which messages may be left, and what a link that leaves them says."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import get_args

from shared_schemas.channels import Channel
from shared_schemas.messages.preferences import LEAVABLE, MessageKind, Preference, Preferences
from shared_schemas.notification import TemplateName

KINDS: dict[TemplateName, MessageKind] = {
    "booking_reminder": "reminders",
    "review_request": "reviews",
    "till_difference": "alarms",
    "staff_alarm": "alarms",
}
"""Of what may be left; all else is needed."""
CHANNELS: tuple[Channel, ...] = get_args(Channel)


@dataclass(frozen=True)
class Leave:
    """What somebody leaves: a kind of message on a channel."""

    kind: MessageKind
    channel: Channel


def kind_of(template: TemplateName) -> MessageKind:
    return KINDS.get(template, "visits")


FOR_STAFF: frozenset[MessageKind] = frozenset({"alarms"})


def shown(left: Collection[Leave], *, staff: bool) -> Preferences:
    """Every kind that its reader may get, on every channel."""
    kinds: list[MessageKind] = [kind for kind in get_args(MessageKind) if staff or kind not in FOR_STAFF]
    return Preferences(
        messages=[
            Preference(
                kind=kind,
                channel=channel,
                wanted=kind not in LEAVABLE or Leave(kind, channel) not in left,
                needed=kind not in LEAVABLE,
            )
            for kind in kinds
            for channel in CHANNELS
        ]
    )


def written(secret: str, leave: Leave) -> str:
    """What stands at the end of the link."""
    return f"{secret}.{leave.kind}.{leave.channel}"


def read(token: str) -> tuple[str, Leave] | None:
    """The secret and what is left; None for what no link of ours ends with."""
    secret, _, said = token.partition(".")
    known = {f"{kind}.{channel}": Leave(kind, channel) for kind in LEAVABLE for channel in CHANNELS}
    return (secret, known[said]) if secret and said in known else None
