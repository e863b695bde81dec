"""Claiming what another calendar says is busy, around what is claimed already and without what is our own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from booking.calendar.ports import Claim
from booking.closures.domain import Obstacle, ahead, conflicts, past
from booking.closures.ports import ImportWork
from booking.closures.retry import by_space, give_to_who_wants, union
from booking.feeds.domain import closed_event, hall_event
from booking.halls.domain import spaces
from booking.ical.domain import BusyEvent, CalendarReading
from booking.ical.warnings import Doubt
from booking.time.grid import whole_cells
from booking.time.ranges import TimeRange, merge, subtract
from shared_schemas.booking.closures import ImportConflict
from shared_schemas.booking.halls import Hall
from shared_schemas.visits.calendar_uids import OWN_UIDS

LOOKING_BACK = timedelta(days=2)
"""What has begun already is shown in our feeds, too."""


@dataclass(frozen=True)
class Taken:
    """What an import came to: events that are not ours, the time that they take, and what they met."""

    events: Sequence[BusyEvent]
    busy: Sequence[TimeRange]
    conflicts: list[ImportConflict]
    reading: CalendarReading


def imported(work: ImportWork, calendar_id: UUID, hall: Hall, reading: CalendarReading, window: TimeRange) -> Taken:
    """Claim what the calendar says, as far as the time is free, and the rest once it becomes free; what is past stays
    as it was."""
    reading = _without_own(work, hall, reading, window)
    claims = work.claims.within(spaces(hall), window)
    others = [claim for claim in claims if claim.owner_id != calendar_id]
    taken = by_space(others)
    wanted = ahead([whole_cells(event.during) for event in reading.events], window.start)
    busy = {space: subtract(wanted, taken.get(space, [])) for space in spaces(hall)}
    _claim(work, calendar_id, busy, window)
    work.unmet_claims.replace("external", calendar_id, {space: subtract(wanted, busy[space]) for space in busy})
    # What the calendar does not say any more may be wanted by another.
    give_to_who_wants(work, busy)
    met = conflicts(reading.events, _obstacles(work, others))
    return Taken(reading.events, union(busy.values()), met, reading)


def _claim(work: ImportWork, calendar_id: UUID, busy: dict[UUID, list[TimeRange]], window: TimeRange) -> None:
    """Where nothing changes, nothing is written."""
    own = by_space(work.claims.of(calendar_id))
    wanted = {space: merge([*past(own.get(space, []), window.start), *busy.get(space, [])]) for space in {*own, *busy}}
    if all(wanted[space] == sorted(own.get(space, [])) for space in wanted):
        return
    work.claims.release(calendar_id)
    for space, stretches in wanted.items():
        work.claims.take("external", calendar_id, [space], stretches)


def _without_own(work: ImportWork, hall: Hall, reading: CalendarReading, window: TimeRange) -> CalendarReading:
    """Leaves out what our own feed of this very hall says: the same UID at the same time, and nothing else.

    Another hall's feed, or another installation's, is somebody else's calendar here; so is an event of ours that
    was moved elsewhere."""
    if not any(event.uid.endswith(OWN_UIDS) for event in reading.events):
        return reading
    seen = TimeRange(window.start - LOOKING_BACK, window.end)
    visits = (hall_event(visit, "en") for visit in work.feeds.visits_of_spaces(spaces(hall), seen, seen.start))
    closed = (closed_event(stretch, "en") for stretch in work.feeds.closed(spaces(hall), seen))
    own: dict[str, list[TimeRange]] = {}
    for shown in (*visits, *closed):
        own.setdefault(shown.uid, []).append(shown.during)
    foreign = [event for event in reading.events if not _is_own(event, own)]
    moved = [event for event in foreign if event.uid in own]
    doubts = [*reading.doubts, *(Doubt("own_moved", "DTSTART", None, event.uid, {}) for event in moved[:10])]
    return replace(reading, events=foreign, doubts=doubts, doubts_total=reading.doubts_total + len(moved))


def _is_own(event: BusyEvent, own: dict[str, list[TimeRange]]) -> bool:
    return any(one.start <= event.during.start and event.during.end <= one.end for one in own.get(event.uid, ()))


def _obstacles(work: ImportWork, claims: Sequence[Claim]) -> list[Obstacle]:
    owners = {claim.owner_id for claim in claims if claim.kind == "booking"}
    numbers = {booking.id: booking.number for booking in work.bookings.named(owners)} if owners else {}
    return [Obstacle(claim.during.utc(), numbers.get(claim.owner_id)) for claim in claims]
