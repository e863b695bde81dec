"""Use cases around halls: the catalogue and the rules that each hall's bookings keep."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from booking.domain_calendar import spaces
from booking.domain_claims import Held, relaid, stretches, waited_for
from booking.domain_halls import hall_violations
from booking.domain_ranges import TimeRange
from booking.errors import HallInUseError
from booking.ports import Ahead, Work
from booking.service_busy import give_to_who_wants
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.retries import OvertakenError
from shared_schemas.errors import RuleViolationError
from shared_schemas.halls import Hall, HallChanges, HallRequest

KnownCountry = Callable[[str], bool]
FOR_EVER = timedelta(days=365 * 200)


class Halls:
    """What can be rented."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, known_country: KnownCountry) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._known_country = known_country

    def all(self) -> list[Hall]:
        with self._unit_of_work() as work:
            return work.halls.all()

    def get(self, hall_id: UUID) -> Hall:
        with self._unit_of_work() as work:
            return work.halls.get(hall_id)

    def add(self, request: HallRequest, key: IdempotencyKey | None) -> Hall:
        """A new hall; a composite one is made of halls that are there already, and shares what is claimed of them."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Hall.model_validate(replay)
            hall = Hall(id=uuid4(), **request.model_dump())
            work.claims.lock(hall.parts)
            self._check(work, hall)
            work.halls.add(hall)
            work.idempotency.remember(key, hall.model_dump(mode="json"))
            work.commit()
            return hall

    def change(self, hall_id: UUID, changes: HallChanges) -> Hall:
        """Change what is given, while nobody sells any of its time.

        `HallInUseError` where its parts or its zone would change under anything to come that was claimed in its name.
        Of new buffers, visits to come take as much as is free."""
        with self._unit_of_work() as work:
            before, after = self._locked(work, hall_id, changes)
            self._check(work, after, before)
            self._require_unclaimed(work, before, after)
            took, takes = _taken(before), _taken(after)
            work.halls.update(after, self._clock.now() if took != takes else None)
            if took != takes:
                self._relay(work, after)
                give_to_who_wants(work, spaces(after))
                _place_who_waits(work, after)
            work.commit()
            return after

    def _locked(self, work: Work, hall_id: UUID, changes: HallChanges) -> tuple[Hall, Hall]:
        """The hall before and after, with the locks that a sale of any of its space takes: first those, then its row,
        as everybody does."""
        before = work.halls.get(hall_id)
        after = _changed(before, changes)
        work.claims.lock({hall_id, *before.parts, *after.parts})
        if work.halls.get(hall_id, lock=True) != before:
            raise OvertakenError
        return before, after

    def _check(self, work: Work, hall: Hall, before: Hall | None = None) -> None:
        others = {other.id: other for other in work.halls.all(archived=True)}
        if found := hall_violations(hall, others, self._known_country, before):
            raise RuleViolationError(found)

    def _require_unclaimed(self, work: Work, before: Hall, after: Hall) -> None:
        fields = [name for name in ("parts", "timezone") if getattr(before, name) != getattr(after, name)]
        if fields and (found := work.claims.ahead(before.id, spaces(before), self._clock.now())):
            raise HallInUseError(fields, **_listed(found))

    def _relay(self, work: Work, hall: Hall) -> None:
        """Visits to come of the hall claim its new buffers; what is claimed of its space otherwise stays as it is."""
        now = self._clock.now()
        claims = work.claims.within(spaces(hall), TimeRange(now, now + FOR_EVER))
        own = {one.owner_id: one.during.utc() for one in claims if one.kind == "booking"}
        held = [
            Held(booking.id, TimeRange(booking.start, booking.end).utc(), own[booking.id])
            for booking in (work.bookings.named(own) if own else ())
            if hall.id in (booking.hall_id, *booking.also_hall_ids)
        ]
        names = {one.owner_id for one in held}
        shrunk, grown = relaid(hall, held, [one.during.utc() for one in claims if one.owner_id not in names], now)
        # Nobody may be in the way of who grows.
        work.claims.relay(spaces(hall), stretches(shrunk))
        work.claims.relay(spaces(hall), stretches(grown))


def _changed(before: Hall, changes: HallChanges) -> Hall:
    given = changes.model_dump(exclude_unset=True)
    nullable = {name for name, field in HallRequest.model_fields.items() if field.default is None} | {"country"}
    kept = {name: value for name, value in given.items() if value is not None or name in nullable}
    return Hall.model_validate(before.model_dump() | kept)


def _taken(hall: Hall) -> tuple[object, ...]:
    """What of the calendar a booking of the hall takes, and in which zone."""
    return hall.parts, hall.timezone, hall.buffer_before_minutes, hall.buffer_after_minutes


def _listed(found: Sequence[Ahead]) -> dict[str, object]:
    return {
        "bookings": [one.number for one in found if one.number],
        "closures": [str(one.owner_id) for one in found if one.kind == "closure"],
        "external_calendars": [str(one.owner_id) for one in found if one.kind == "external"],
    }


def _place_who_waits(work: Work, hall: Hall) -> None:
    """Who waits for the hall waits for what it takes from now on."""
    for entry in work.waitlist.waiting_for(hall.id):
        halls = [work.halls.get(hall_id) for hall_id in (entry.hall_id, *entry.also_hall_ids)]
        slot = TimeRange(entry.start, entry.end).utc()
        work.waitlist.place(entry.id, {space for one in halls for space in spaces(one)}, waited_for(halls, slot))
