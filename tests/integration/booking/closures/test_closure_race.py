"""A booking that gets out of a closure's way at the last moment is not called off with the others."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from booking.bookings.repository import BookingRepository
from booking.closures.service import Closures
from booking.unit_of_work import BookingUnitOfWork
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import RescheduleRequest
from shared_schemas.booking.closures import ClosureRequest
from shared_schemas.booking.policy import PolicyRequest
from tests.support.booking.invariants import check
from tests.support.booking.studio import MANAGER, START
from tests.support.booking.whole_studio import WholeStudio
from tests.support.database import EngineFor

HOUR = timedelta(hours=1)


class LateBookings(BookingRepository):
    """Waits for the lock on bookings while something else happens to them."""

    meanwhile: Callable[[], object]

    def named(self, booking_ids: Collection[UUID], *, lock: bool = False) -> list[Booking]:
        if lock:
            self.meanwhile()
        return super().named(booking_ids, lock=lock)


def test_a_booking_that_moved_away_meanwhile_stays(engine_for: EngineFor) -> None:
    studio, other = WholeStudio(engine_for("booking")), WholeStudio(engine_for("booking"))
    studio.policies.replace(PolicyRequest(reschedule_hours_before=0), MANAGER)
    hall = studio.hall()
    moving, staying = studio.paid(hall), studio.paid(hall, START + 3 * HOUR)
    later = RescheduleRequest(start=START + 6 * HOUR, end=START + 8 * HOUR)
    closures = interrupted(studio, lambda: other.changes.reschedule(moving.id, later, MANAGER, None))

    request = ClosureRequest(hall_id=hall.id, start=START, end=START + 5 * HOUR, reason="Repairs", conflicts="cancel")
    closure = closures.close(request, MANAGER.subject, None)

    assert closure.cancelled_bookings == [staying.id]
    assert studio.bookings.get(moving.id, MANAGER).status == "confirmed"
    check(studio.engine)


def interrupted(studio: WholeStudio, meanwhile: Callable[[], object]) -> Closures:
    class Late(BookingUnitOfWork):
        def _open(self) -> None:
            super()._open()
            self.bookings = LateBookings(self.connection)
            self.bookings.meanwhile = meanwhile

    return replace(studio.app, transaction=Late).closures
