"""Use cases around halls: the catalogue and the rules that each hall's bookings keep."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from booking.halls.domain import hall_violations
from booking.halls.errors import HallInUseError
from booking.halls.ports import Ahead, Work
from booking.studio.domain import address_violations
from core.changes import changed
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.postgres.retries import OvertakenError
from core.trail.deed import note
from shared_schemas.booking.halls import Hall, HallChanges, HallPhoto, HallRequest
from shared_schemas.errors import RuleViolationError

KnownCountry = Callable[[str], bool]


class Halls:
    """What can be rented."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, known_country: KnownCountry) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._known_country = known_country

    def all(self) -> list[Hall]:
        """With their photos, as all answers have them."""
        with self._unit_of_work() as work:
            return _with_photos(work, work.halls.all())

    def get(self, hall_id: UUID) -> Hall:
        """A hall; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            return _with_photos(work, [work.halls.get(hall_id)])[0]

    def add(self, request: HallRequest, key: IdempotencyKey | None) -> Hall:
        """A new hall; a composite one consists of existing halls and shares their claims.

        `HallNameTakenError`; `RuleViolationError` if its fields contradict each other."""
        with self._unit_of_work() as work:
            return work.once(key, Hall, lambda: self._add(work, request))

    def _add(self, work: Work, request: HallRequest) -> Hall:
        hall = Hall(id=uuid4(), **request.model_dump())
        work.claims.lock(hall.parts)
        self._check(work, hall)
        work.halls.add(hall)
        return hall

    def change(self, hall_id: UUID, changes: HallChanges) -> Hall:
        """Change the given fields while nobody sells any of the hall's time.

        `HallInUseError` if its parts or its zone would change while future time is claimed in its name; with new
        buffers, future visits get as much of them as is free. `HallNotFoundError`; `HallNameTakenError`;
        `RuleViolationError` if its fields contradict each other."""
        with self._unit_of_work() as work:
            before, after = self._locked(work, hall_id, changes)
            self._check(work, after, before)
            self._require_unclaimed(work, before, after)
            took, takes = _taken(before), _taken(after)
            work.halls.update(after, self._clock.now() if took != takes else None)
            note(before=before, after=after)
            if took != takes:
                work.uses.follow(after, self._clock.now())
            [shown] = _with_photos(work, [after])
            work.commit()
            return shown

    def _locked(self, work: Work, hall_id: UUID, changes: HallChanges) -> tuple[Hall, Hall]:
        """The hall before and after, with the locks that a sale of any of its space takes: first those, then its row,
        as everybody does."""
        before = work.halls.get(hall_id)
        after = changed(before, changes)
        if changes.photos is not None:
            after = after.model_copy(update={"photos": [HallPhoto(**dict(photo)) for photo in changes.photos]})
        work.claims.lock({hall_id, *before.parts, *after.parts})
        if work.halls.get(hall_id, lock=True) != before:
            raise OvertakenError
        return before, after

    def _check(self, work: Work, hall: Hall, before: Hall | None = None) -> None:
        others = {other.id: other for other in work.halls.all(archived=True)}
        found = hall_violations(hall, others, self._known_country, before)
        if hall.address_id and not hall.archived:
            found += address_violations(hall.address_id, work.studio.keep())
        if found:
            raise RuleViolationError(found)

    def _require_unclaimed(self, work: Work, before: Hall, after: Hall) -> None:
        fields = [name for name in ("parts", "timezone") if getattr(before, name) != getattr(after, name)]
        if fields and (found := work.uses.ahead(before, self._clock.now())):
            raise HallInUseError(fields, **_listed(found))


def _with_photos(work: Work, halls: Sequence[Hall]) -> list[Hall]:
    """Those that were uploaded before those that lie elsewhere."""
    uploaded = work.photos.shown([hall.id for hall in halls])
    return [hall.model_copy(update={"photos": [*uploaded.get(hall.id, ()), *hall.photos]}) for hall in halls]


def _taken(hall: Hall) -> tuple[object, ...]:
    """What of the calendar a booking of the hall takes, and in which zone."""
    return hall.parts, hall.timezone, hall.buffer_before_minutes, hall.buffer_after_minutes


def _listed(found: Sequence[Ahead]) -> dict[str, object]:
    return {
        "bookings": [one.number for one in found if one.number],
        "closures": [str(one.owner_id) for one in found if one.kind == "closure"],
        "external_calendars": [str(one.owner_id) for one in found if one.kind == "external"],
    }
