"""Contracts of what leaves for other systems: webhook subscriptions, connectors and their deliveries."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.common import Contract, Instant
from shared_schemas.texts import Cursor, Line, Reason, Said

EVERY_TYPE = "*"
ConnectorName = Literal["webhooks", "bitrix24", "amocrm", "telegram", "max"]
DeliveryStatus = Literal["waiting", "delivered", "skipped", "dead"]
"""`skipped`: something newer was sent already, or the receiver is gone. `dead`: given up after failures."""
SubscriptionStatus = Literal["active", "disabled"]

WebAddress = Annotated[str, StringConstraints(min_length=10, max_length=2000, pattern=r"^https?://[!-~]+$")]
EventTypes = Annotated[list[Annotated[str, Line(100, 1)]], Field(min_length=1, max_length=50)]


class WebhookSubscriptionRequest(Contract):
    """Where to send events of which types (`*` is every one), and what for."""

    url: WebAddress = Field(examples=["https://shop.example.com/cyclorama"])
    event_types: EventTypes = Field(examples=[["booking.confirmed", "booking.cancelled"]])
    description: Reason


class WebhookSubscriptionChange(Contract):
    """The fields to change; `reason` is kept with the name of who changed them."""

    url: WebAddress | None = Field(default=None, examples=["https://shop.example.com/cyclorama"])
    event_types: EventTypes | None = Field(default=None, examples=[["booking.confirmed"]])
    description: Reason | None = None
    status: SubscriptionStatus | None = None
    reason: Reason


class WebhookSubscription(Contract):
    """A subscription, without its secret."""

    id: UUID
    url: str
    event_types: list[str]
    description: str
    status: SubscriptionStatus
    disabled_reason: str | None = None
    """Why it was disabled, if the receiver asked for it: `gone` is an answer with status 410."""
    failures: int
    """Attempts in a row that failed."""
    previous_secret_until: Instant | None = None
    """Until then deliveries are signed with the previous secret, too."""
    created_at: Instant
    created_by: UUID


class WebhookSubscriptionWithSecret(WebhookSubscription):
    """The answer to creation and rotation; no other shows the secret."""

    secret: str


class StaffReasonRequest(Contract):
    """Why staff do something; kept with who did it and when."""

    reason: Reason


class Delivery(Contract):
    """One event on its way to one receiver."""

    id: UUID
    connector: ConnectorName
    target: str | None = None
    """Which of the connector's receivers: a webhook subscription's id."""
    event_id: UUID
    event_type: str
    correlation_id: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: Instant | None = None
    response_code: int | None = None
    """The HTTP status of the last answer."""
    duration_ms: int | None = None
    """How long the last attempt took."""
    error: str | None = None
    """The error code of the last attempt."""
    created_at: Instant
    finished_at: Instant | None = None


class DeliveriesQuery(Contract):
    """Newest first; `cursor` from the previous page."""

    status: DeliveryStatus | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class SubscriptionsQuery(Contract):
    """Newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class Connector(Contract):
    """A connector to another system, and how it is doing."""

    name: ConnectorName
    on: bool
    """Whether it is switched on and has its credentials. Events of the time when it was off are delivered only by a
    replay."""
    paused: bool
    """While it is paused, deliveries wait."""
    paused_by: UUID | None = None
    paused_at: Instant | None = None
    pause_reason: Said | None = None
    last_success_at: Instant | None = None
    last_failure_at: Instant | None = None
    last_failure: str | None = None
    """The error code of that failure."""
    waiting: int
    oldest_waiting_at: Instant | None = None
    dead: int


class WebhookCall(Contract):
    """What a webhook's body holds: ids to ask the API with, nothing personal."""

    id: UUID
    """The event's; a repeat has the same one."""
    type: str
    version: int
    time: Instant
    correlation_id: str
    data: dict[str, Any]
    """The ids of what the event is about, and `booking_version`, which orders the events of one booking."""
