"""The data for a CRM: a deal for every booking, a contact for every customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from shared_schemas.events.accounts import AccountErased, AccountJoined
from shared_schemas.events.bookings import BookingBalanceChanged, BookingEvent, BookingHoldProlonged, WaitlistOffered
from shared_schemas.events.envelope import REGISTRY, EventData
from shared_schemas.visits.status import BookingStatus

LinkKind = Literal["contact", "deal"]
ORIGINATOR = "cyclorama"
# An offer follows the creation of its booking, of which it tells nothing new; what is paid, and how long a slot is
# held, is on no card of a CRM.
UNTOLD = frozenset({WaitlistOffered.type, BookingBalanceChanged.type, BookingHoldProlonged.type})
BOOKINGS = frozenset(kind for (kind, _), model in REGISTRY.items() if issubclass(model, BookingEvent)) - UNTOLD
TAKES = BOOKINGS | {AccountErased.type, AccountJoined.type}


@dataclass(frozen=True)
class Link:
    """What of ours is what of theirs; `version` is the last that they were told, 0 before the first."""

    our_id: UUID
    their_id: str | None = None
    version: int = 0
    erased_at: datetime | None = None


@dataclass(frozen=True)
class ContactCard:
    """A customer as a CRM keeps them: asked of the gateway for this one call, and stored nowhere here."""

    customer_id: UUID
    full_name: str
    phone: str
    email: str


@dataclass(frozen=True)
class DealCard:
    """A booking as a CRM keeps it; `amount` is in rubles, as CRMs count."""

    booking_id: UUID
    version: int
    number: str
    title: str
    status: BookingStatus
    amount: float
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Deal:
    """One to be made, or brought up to date where it has an id of theirs; `contact` is one of theirs, too."""

    their_id: str | None
    card: DealCard
    contact: str | None


def deal_of(event: BookingEvent) -> DealCard:
    """Nothing personal: number, hall and time, in the hall's own zone."""
    zone = ZoneInfo(event.timezone)
    start, end = event.start.astimezone(zone), event.end.astimezone(zone)
    return DealCard(
        booking_id=event.booking_id,
        version=event.booking_version,
        number=event.number,
        title=f"{event.number} · {event.hall_name} · {start:%d.%m.%Y %H:%M}–{end:%H:%M}",
        status=event.status,
        amount=event.total.amount / 100,
        start=start,
        end=end,
    )


def newest(events: Sequence[BookingEvent]) -> dict[UUID, BookingEvent]:
    """Of each booking the event that tells how it stands: a CRM need not follow on the way there."""
    return {event.booking_id: event for event in sorted(events, key=lambda event: event.booking_version)}


def is_news(event: BookingEvent, link: Link) -> bool:
    """Whether the event is newer than what the CRM has: an older one that arrives late must not undo it."""
    return event.booking_version > link.version


def subject_of(data: EventData) -> UUID | None:
    """Whom it is about; what is about one person is told one at a time, or two workers would make two contacts."""
    return getattr(data, "customer_id", None) or getattr(data, "account_id", None)
