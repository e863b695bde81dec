"""What has time of a hall follows when the hall takes something else."""

from datetime import datetime, timedelta

from booking.closures.retry import give_to_who_wants
from booking.hall_uses.domain import Held, relaid, stretches
from booking.hall_uses.ports import Work
from booking.halls.domain import spaces, waited_for
from booking.halls.ports import Ahead
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall

FOR_EVER = timedelta(days=365 * 200)


class HallUses:
    """Bookings, closures, calendars and the waitlist within one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def ahead(self, hall: Hall, now: datetime) -> list[Ahead]:
        return self._work.claims.ahead(hall.id, spaces(hall), now)

    def follow(self, hall: Hall, now: datetime) -> None:
        self._relay(hall, now)
        give_to_who_wants(self._work, spaces(hall))
        self._place_who_waits(hall)

    def _relay(self, hall: Hall, now: datetime) -> None:
        """Visits to come claim the hall's new buffers; what is claimed of its space otherwise stays as it is."""
        work = self._work
        claims = work.claims.within(spaces(hall), TimeRange(now, now + FOR_EVER))
        own = {one.owner_id: one.during.utc() for one in claims if one.kind == "booking"}
        held = [
            Held(booking.id, TimeRange(booking.start, booking.end).utc(), own[booking.id])
            for booking in (work.bookings.named(own) if own else ())
            if hall.id in (booking.hall_id, *booking.also_hall_ids)
        ]
        names = {one.owner_id for one in held}
        shrunk, grown = relaid(hall, held, [one.during.utc() for one in claims if one.owner_id not in names], now)
        # First what shrinks: it may be in the way of what grows.
        work.claims.relay(spaces(hall), stretches(shrunk))
        work.claims.relay(spaces(hall), stretches(grown))

    def _place_who_waits(self, hall: Hall) -> None:
        """Who waits for the hall waits for what it takes from now on."""
        work = self._work
        for entry in work.waitlist.waiting_for(hall.id):
            halls = [work.halls.get(hall_id) for hall_id in (entry.hall_id, *entry.also_hall_ids)]
            slot = TimeRange(entry.start, entry.end).utc()
            work.waitlist.place(entry.id, {space for one in halls for space in spaces(one)}, waited_for(halls, slot))
