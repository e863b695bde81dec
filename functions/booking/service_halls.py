"""Use cases around halls: the catalogue and the rules that each hall's bookings keep."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.domain_halls import hall_violations
from booking.errors import HallInUseError
from booking.ports import Work
from core.clock import Clock
from core.idempotency import IdempotencyKey
from shared_schemas.errors import RuleViolationError
from shared_schemas.halls import Hall, HallChanges, HallRequest

KnownCountry = Callable[[str], bool]


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
        """A new hall; a composite one is made of halls that are there already."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Hall.model_validate(replay)
            hall = Hall(id=uuid4(), **request.model_dump())
            self._check(work, hall)
            work.halls.add(hall)
            work.idempotency.remember(key, hall.model_dump(mode="json"))
            work.commit()
            return hall

    def change(self, hall_id: UUID, changes: HallChanges) -> Hall:
        """Change what is given. What a hall is made of, and its zone, cannot change under bookings to come."""
        with self._unit_of_work() as work:
            before = work.halls.get(hall_id, lock=True)
            given = changes.model_dump(exclude_unset=True)
            nullable = {name for name, field in HallRequest.model_fields.items() if field.default is None} | {"country"}
            kept = {name: value for name, value in given.items() if value is not None or name in nullable}
            after = Hall.model_validate(before.model_dump() | kept)
            self._check(work, after)
            if (after.parts, after.timezone) != (before.parts, before.timezone):
                self._require_unused(work, before)
            work.halls.update(after)
            work.commit()
            return after

    def _check(self, work: Work, hall: Hall) -> None:
        others = {other.id: other for other in work.halls.all(archived=True)} if hall.parts else {}
        if found := hall_violations(hall, others, self._known_country):
            raise RuleViolationError(found)

    def _require_unused(self, work: Work, hall: Hall) -> None:
        if numbers := work.bookings.upcoming(hall.id, self._clock.now()):
            raise HallInUseError(bookings=numbers)
