"""A booking is changed while its payment comes in: the change waits, and works on what was paid."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from booking.bookings.domain.booking import move
from booking.bookings.services.records import Step
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, CancelRequest, RescheduleRequest
from shared_schemas.booking.groups import GroupCancelRequest, GroupItem, GroupRequest, GroupShiftRequest
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor, somebody_waits
from tests.support.waiting import PATIENCE_SECONDS, eventually

HOUR = timedelta(hours=1)
FAR = START + timedelta(days=14)
LATER = RescheduleRequest(start=FAR + HOUR, end=FAR + 2 * HOUR)
Change = Callable[[Studio, Booking], object]
CHANGES: dict[str, Change] = {
    "cancel": lambda s, b: s.bookings.cancel(b.id, CancelRequest(), s.customer, None),
    "move": lambda s, b: s.changes.reschedule(b.id, LATER, s.customer, None),
    "amend": lambda s, b: s.changes.amend(b.id, AmendRequest(comment="Two cars"), s.customer, None),
    "cancel the group": lambda s, b: s.app.groups.cancel(group_of(b), GroupCancelRequest(), s.customer, None),
    "move the group": lambda s, b: s.app.groups.shift(group_of(b), GroupShiftRequest(minutes=60), s.customer, None),
}


def group_of(booking: Booking) -> UUID:
    assert booking.group_id
    return booking.group_id


@pytest.fixture
def other(studio: Studio, engine_for: EngineFor) -> Studio:
    """The same client, on a connection of its own."""
    made = Studio(engine_for("booking"))
    made.customer = studio.customer
    return made


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_waits_for_the_payment_that_comes_in(
    studio: Studio, other: Studio, engine_for: EngineFor, change: Change
) -> None:
    hall, observer = studio.hall(), engine_for("booking")
    items = [GroupItem(hall_id=hall.id, start=start, end=start + HOUR) for start in (FAR, FAR + 4 * HOUR)]
    held = studio.app.groups.create(GroupRequest(items=items), studio.customer, None).bookings[0]

    with ThreadPoolExecutor(1) as pool, studio.work() as work:
        paid = move(work.bookings.get(held.id, lock=True), "confirmed", paid=held.prepayment)
        studio.app.sales.confirm(work, Step(held, paid, "confirm", "till", studio.clock.now()))
        changing = pool.submit(change, other, held)
        eventually(lambda: changing.done() or somebody_waits(observer))
        work.commit()
        changing.result(PATIENCE_SECONDS)

    after = studio.bookings.get(held.id, MANAGER)
    assert (after.paid, after.version) == (held.prepayment, held.version + 2)
