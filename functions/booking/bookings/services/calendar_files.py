"""One booking as a file for the calendar of whoever comes."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from booking.bookings.ports import Work
from booking.bookings.services.bookings import visible
from booking.feeds.domain import FeedVisit, client_event
from booking.feeds.ports import RenderFeed
from booking.studio.whereabouts import whereabouts
from booking.time.ranges import TimeRange
from core.identity import Identity
from shared_schemas.errors import Locale


@dataclass(frozen=True)
class CalendarFile:
    """An iCalendar file, and what to call it."""

    name: str
    text: str


class CalendarFiles:
    """The same event as in the feed of the client: whoever has both sees it once."""

    def __init__(self, unit_of_work: Callable[[], Work], render: RenderFeed) -> None:
        self._unit_of_work = unit_of_work
        self._render = render

    def of(self, booking_id: UUID, caller: Identity, locale: Locale) -> CalendarFile:
        """The file of a booking; `BookingNotFoundError`, for a client also if it is somebody else's."""
        with self._unit_of_work() as work:
            booking = visible(work.bookings.get(booking_id), caller)
            changed_at = work.bookings.history(booking_id)[-1].at
            place = whereabouts(work.studio, work.halls).of(booking.hall_id, locale)
        visit = FeedVisit(
            id=booking.id,
            number=booking.number,
            version=booking.version,
            status=booking.status,
            during=TimeRange(booking.start, booking.end).utc(),
            people=booking.people,
            hall_id=booking.hall_id,
            hall_name=booking.hall_name,
            changed_at=changed_at,
        )
        return CalendarFile(f"{booking.number}.ics", self._render(booking.hall_name, [client_event(visit, place)]))
