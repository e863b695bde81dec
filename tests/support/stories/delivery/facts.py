"""What the services stored of a run, as plain data: what was told, and what each subscriber made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from integration.visits.domain import Movement, Visit
from shared_schemas.events.envelope import Envelope
from tests.support.stories.delivery.receivers import Receiver


@dataclass(frozen=True)
class Letter:
    """A dead letter as Integration keeps it."""

    queue: str
    body: str
    status: str


@dataclass(frozen=True)
class Note:
    """A message of Notification's; `cause` is the event's id where an event asked for it."""

    cause: str
    template: str
    channel: str
    status: str
    reason: str | None = None


@dataclass(frozen=True)
class Known:
    """A booking as Notification knows it; `starts_at` in ISO 8601 and UTC."""

    version: int
    status: str
    starts_at: str


@dataclass(frozen=True)
class Facts:
    """Everything at one moment; nothing should be moving meanwhile."""

    told: list[Envelope] = field(default_factory=list)
    """Every service's outbox."""
    unpublished: list[str] = field(default_factory=list)
    """Ids of the events of an outbox that still wait for the broker."""
    logged: list[Envelope] = field(default_factory=list)
    missing: str | None = None
    """The oldest event for which a subscriber has no receipt, in words."""
    poison: Mapping[str, str] = field(default_factory=dict)
    """Queues by the bodies of messages that nobody can handle, and that the broker did not lose."""
    letters: list[Letter] = field(default_factory=list)
    reported: frozenset[str] = frozenset()
    """Queues of whose dead letters the error log tells."""
    depths: Mapping[str, int] = field(default_factory=dict)
    """Messages in each queue, those of dead letters included."""
    notes: list[Note] = field(default_factory=list)
    known: Mapping[UUID, Known] = field(default_factory=dict)
    visits: Mapping[UUID, Visit] = field(default_factory=dict)
    movements: Mapping[UUID, Movement] = field(default_factory=dict)
    receivers: list[Receiver] = field(default_factory=list)
    answered: Mapping[str, str | None] = field(default_factory=dict)
    """Requests to book by their keys: the booking that was made, None where none was or nobody said so."""
    bookings: list[str] = field(default_factory=list)
    """Ids of the bookings that came into being during the run."""
