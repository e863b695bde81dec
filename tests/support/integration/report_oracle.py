"""What reports must say, worked out from the events alone: minute by minute, in Python, without a projection."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from shared_schemas.booking.halls import Hall
from shared_schemas.events.bookings import BookingEvent
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentEvent, PaymentRefunded

CELL = timedelta(minutes=15)
SOLD = ("confirmed", "in_progress", "completed", "no_show")


class Oracle:
    """The newest event of each booking, and everything that was paid."""

    def __init__(self, events: Iterable[Envelope], halls: Sequence[Hall] = ()) -> None:
        self.bookings: dict[UUID, BookingEvent] = {}
        self.moments: defaultdict[UUID, dict[str, datetime]] = defaultdict(dict)
        self.money: dict[UUID, tuple[PaymentEvent, int, datetime]] = {}
        self.halls = {hall.id: hall for hall in halls}
        for envelope in events:
            self._take(envelope)

    def _take(self, envelope: Envelope) -> None:
        data = envelope.payload()
        if isinstance(data, BookingEvent):
            self.moments[data.booking_id][envelope.type] = envelope.time
            known = self.bookings.get(data.booking_id)
            if known is None or data.booking_version > known.booking_version:
                self.bookings[data.booking_id] = data
        elif isinstance(data, PaymentRefunded):
            self.money[data.refund_id] = (data, -data.amount.amount, envelope.time)
        elif isinstance(data, PaymentEvent):
            self.money[data.payment_id] = (data, data.amount.amount, envelope.time)

    def sold(self, first: date, after: date, key: Callable[[UUID, datetime], Any]) -> dict[Any, tuple[int, int]]:
        """Minutes sold, and those of them outside opening hours, by what `key` makes of a hall and a local time."""
        sold, outside = Counter[Any](), Counter[Any]()
        for booking in self.bookings.values():
            if booking.status not in SOLD:
                continue
            for hall in (booking.hall_id, *booking.also_hall_ids):
                for space in self.halls[hall].parts or [hall] if hall in self.halls else [hall]:
                    for local in _cells(booking):
                        if first <= local.date() < after:
                            sold[key(space, local)] += 15
                            outside[key(space, local)] += 0 if self.is_open(space, local) else 15
        return {name: (minutes, outside[name]) for name, minutes in sold.items()}

    def is_open(self, space: UUID, local: datetime) -> bool:
        if space not in self.halls:
            return False
        for hours in self.halls[space].opening_hours:
            for back in (0, 1):
                day = local.date() - timedelta(days=back)
                opens = datetime.combine(day, hours.opens)
                closes = datetime.combine(day, hours.closes)
                closes += timedelta(days=closes <= opens)
                if hours.weekday == day.isoweekday() and opens <= local < closes:
                    return True
        return False

    def opened(self, first: date, after: date, key: Callable[[UUID, datetime], Any]) -> Counter[Any]:
        """Minutes of opening hours."""
        found = Counter[Any]()
        for hall in self.halls.values():
            local = datetime.combine(first, datetime.min.time())
            while not hall.parts and local.date() < after:
                found[key(hall.id, local)] += 15 if self.is_open(hall.id, local) else 0
                local += CELL
        return +found

    def revenue(self, since: datetime, until: datetime, key: Callable[..., Any]) -> dict[Any, tuple[int, int]]:
        """What came and what went back, in kopecks."""
        came, back = Counter[Any](), Counter[Any]()
        for data, amount, at in self.money.values():
            if since <= at < until:
                (came if amount > 0 else back)[key(data, at)] += abs(amount)
        return {name: (came[name], back[name]) for name in {*came, *back}}


def _cells(booking: BookingEvent) -> Iterable[datetime]:
    instant, zone = booking.start.astimezone(UTC), ZoneInfo(booking.timezone)
    while instant < booking.end:
        yield instant.astimezone(zone).replace(tzinfo=None)
        instant += CELL
