"""Contracts of the rules by which messages are sent."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_schemas.channels import Channel
from shared_schemas.common import Contract, Instant, Money, Replacement
from shared_schemas.errors import Text
from shared_schemas.notification import Message, TemplateName
from shared_schemas.texts import Line
from shared_schemas.validation import refuse
from shared_schemas.visits.status import BookingStatus

Moment = Literal["start", "end", "hold_end"]
"""What a rule counts its minutes from: the visit's start or end, or the time until which a slot is held."""
Audience = Literal["client", "staff"]
WEEKS = 4 * 7 * 24 * 60
EventName = Annotated[str, Line(60, 1), Field(examples=["booking.confirmed"])]
ONE_OCCASION = Text(
    "Say when it is sent: after an event, or so many minutes before or after a moment",
    "Укажите, когда отправлять: после события или за столько-то минут до либо после момента",
)
ONE_OF_EACH = Text("Name each channel once", "Укажите каждый канал один раз")


class RuleCondition(Contract):
    """What has to be true of the booking as well; by default nothing."""

    statuses: list[BookingStatus] = Field(default=[], max_length=10)
    """One of these; none means whichever the message is true of."""
    hall_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=100)
    """The visit is in one of these halls."""
    owes: bool | None = None
    """Whether something is left to pay."""
    total_from: Money | None = None
    """The visit costs at least so much."""


class MessageRuleRequest(Contract):
    """Which message is sent when, to whom and by what.

    Either `event` is given, or `moment` and `minutes`, which are below zero for a time before it."""

    template: TemplateName
    event: EventName | None = None
    moment: Moment | None = None
    minutes: int | None = Field(default=None, ge=-WEEKS, le=WEEKS)
    audience: Audience = "client"
    channels: list[Channel] = Field(min_length=1, max_length=5)
    """In this order, until one reaches the recipient: the next is tried where there is no address, or the provider
    refuses for good."""
    condition: RuleCondition = RuleCondition()
    urgent: bool = False
    """Whether it goes out at night, too, while it is news."""
    active: bool = True

    @model_validator(mode="after")
    def _one_occasion(self) -> Self:
        timed = self.moment is not None and self.minutes is not None
        if (self.event is not None) == timed or (self.moment is None) != (self.minutes is None):
            raise refuse("one_occasion", ONE_OCCASION)
        if len(set(self.channels)) != len(self.channels):
            raise refuse("channel_twice", ONE_OF_EACH)
        return self


class MessageRule(MessageRuleRequest):
    """A rule in force. One with a `name` comes with the product: it can be changed and switched off, and deleting it
    undoes what was changed."""

    id: UUID
    name: str | None = None
    version: int = 0
    """Counts the changes; 0 is what the product came with."""
    since: Instant | None = None
    """A time rule passes over what was due before this: when it was made, or switched on again."""
    fixed: bool = False
    """Always sent: the rule cannot be changed."""


class MessageRuleReplacement(MessageRuleRequest, Replacement):
    """A rule from now on, in full."""

    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """The version that was edited: refused if there is another by now. Absent means whichever there is."""


class RulePreviewQuery(Contract):
    """For which booking a rule is tried."""

    booking_id: UUID


class RulePreviewMessage(Contract):
    """One channel's message; without a text where it cannot be written, and `reason` says why."""

    channel: Channel
    address: str | None = None
    message: Message | None = None
    reason: str | None = None


class RulePreview(Contract):
    """What a rule would do for a booking as it is now, and the messages as their recipient would read them.

    Nothing is sent. `reason` says why it would not be; `due_at` is the time of a rule that has one."""

    would_send: bool
    reason: str | None = None
    due_at: Instant | None = None
    messages: list[RulePreviewMessage] = Field(default=[])
