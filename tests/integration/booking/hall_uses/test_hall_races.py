"""A hall is changed at the very moment at which its time is sold: one of the two sees the other."""

import threading
from collections.abc import Callable, Iterable
from contextvars import copy_context
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from booking.bookings.services.bookings import Bookings
from booking.bookings.services.orders import Sale
from booking.calendar.errors import SlotTakenError
from booking.calendar.repository import ClaimRepository
from booking.halls.errors import HallInUseError
from booking.unit_of_work import BookingUnitOfWork
from core.postgres.retries import OvertakenError, retried
from shared_schemas.booking.halls import Hall, HallChanges
from shared_schemas.booking.hours import DateOverrideRequest
from shared_schemas.errors import CycloramaError, RuleViolationError
from tests.support.booking.invariants import check
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor, somebody_waits
from tests.support.waiting import PATIENCE_SECONDS, eventually

Meanwhile = Callable[[], object]


@pytest.fixture
def other(engine_for: EngineFor) -> Studio:
    """Somebody else, on a connection of their own."""
    return Studio(engine_for("booking"))


def test_a_sale_does_not_take_what_the_hall_no_longer_is(studio: Studio, other: Studio) -> None:
    """It read the hall before it had the locks; with them it sees that the hall is made of R now, and R is taken."""
    q, r = studio.hall(), studio.hall()
    other.book(r)
    bookings = interrupted(studio, lambda: change(other, q, parts=[r.id]))

    with pytest.raises(SlotTakenError):
        retried(lambda: bookings.create(studio.request(q), studio.customer, None))

    assert (studio.claims(q), studio.claims(r)) == (0, 1)
    check(studio.engine)


@pytest.mark.parametrize("what", ["hours", "override", "archived", "capacity"])
def test_a_sale_is_judged_by_the_hall_as_it_is_when_it_has_the_locks(studio: Studio, other: Studio, what: str) -> None:
    hall = studio.hall()
    overrides = other.app.overrides
    closed = DateOverrideRequest(hall_id=hall.id, first_day=START.date(), last_day=START.date(), hours=[])
    early = [hours.model_copy(update={"closes": START.time()}) for hours in hall.opening_hours]
    changes: dict[str, Meanwhile] = {
        "hours": lambda: change(other, hall, opening_hours=early),
        "override": lambda: overrides.add(closed, MANAGER.subject, None),
        "archived": lambda: change(other, hall, archived=True),
        "capacity": lambda: change(other, hall, capacity=1),
    }
    bookings = interrupted(studio, changes[what])

    with pytest.raises(RuleViolationError):
        retried(lambda: bookings.create(studio.request(hall, people=2), studio.customer, None))

    assert studio.claims(hall) == 0


def test_who_is_overtaken_again_and_again_is_told_to_come_back(studio: Studio, other: Studio) -> None:
    hall = studio.hall()
    bookings = interrupted(studio, lambda: change(other, hall, description="Again"), always=True)

    with pytest.raises(OvertakenError) as error:
        retried(lambda: bookings.create(studio.request(hall), studio.customer, None), lambda _seconds: None)

    assert (error.value.code, error.value.retry_after) == ("busy", 1)


@pytest.mark.parametrize("field", ["parts", "timezone"])
def test_a_change_waits_for_the_sale_that_is_being_made_and_sees_it(
    studio: Studio, other: Studio, engine_for: EngineFor, field: str
) -> None:
    hall, more, observer = studio.hall(), studio.hall(), engine_for("booking")
    found: list[CycloramaError] = []
    value = [more.id] if field == "parts" else "Europe/Samara"
    patch = threading.Thread(target=lambda: found.append(refusal(lambda: change(other, hall, **{field: value}))))
    with studio.work() as work:
        studio.app.sales.make(work, Sale(studio.request(hall), studio.customer.user_id, actor="somebody"))
        work.connection.execute(text("SELECT 1"))  # what was deferred is sent
        patch.start()
        eventually(lambda: somebody_waits(observer))
        work.commit()
    patch.join(PATIENCE_SECONDS)

    assert isinstance(found[0], HallInUseError)
    check(studio.engine)


def change(studio: Studio, hall: Hall, **changes: object) -> Hall:
    return studio.halls.change(hall.id, HallChanges.model_validate(changes))


def refusal(operation: Meanwhile) -> CycloramaError:
    with pytest.raises(CycloramaError) as error:
        operation()
    return error.value


def interrupted(studio: Studio, meanwhile: Meanwhile, *, always: bool = False) -> Bookings:
    """Bookings during which something else happens, right before they get their first locks."""
    left = [meanwhile]

    class LateClaims(ClaimRepository):
        def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
            if left:
                # What others commit is not a part of this operation that is done.
                copy_context().run(left[0] if always else left.pop())
            super().lock(spaces, also)

    class Late(BookingUnitOfWork):
        def _open(self) -> None:
            super()._open()
            self.claims = LateClaims(self.connection, self.halls.read)

    return replace(studio.app, transaction=Late).bookings
