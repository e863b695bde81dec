"""Who needs halls and things in stock takes them in one order, so that two who need the same never wait in a circle."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from booking.bookings.services.bookings import Bookings
from booking.calendar.errors import SlotTakenError
from booking.extras.repository import AddOnRepository
from booking.unit_of_work import BookingUnitOfWork
from booking.waitlist.repository import WaitlistRepository
from core.identity import Identity
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.extras import AddOnOrder
from shared_schemas.booking.groups import GroupItem, GroupRequest
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from tests.support.booking.invariants import check
from tests.support.booking.studio import MANAGER, START
from tests.support.booking.whole_studio import WholeStudio
from tests.support.database import EngineFor, plain_engine, somebody_waits
from tests.support.waiting import PATIENCE_SECONDS, eventually


class SlowAddOns(AddOnRepository):
    """Pauses between the halls' claims, which are made, and those of add-ons, which are next."""

    reached: Event
    go_on: Event

    def claim(self, *arguments: Any) -> None:
        self.reached.set()
        assert self.go_on.wait(PATIENCE_SECONDS)
        super().claim(*arguments)


def test_a_visit_and_a_group_want_the_same_hall_and_the_same_light(engine_for: EngineFor) -> None:
    observer = engine_for("booking")
    slow, fast = WholeStudio(engine_for("booking")), WholeStudio(engine_for("booking"))
    hall, other, light = slow.hall(), slow.hall(), slow.add_on("Light", stock=2)
    lit = [AddOnOrder(id=light.id)]
    reached, go_on = Event(), Event()
    bookings = paused(slow, reached, go_on)
    group = GroupRequest(
        # The first takes the light in another hall before the second wants the hall.
        items=[visit(other.id, add_ons=lit), visit(hall.id)],
        mode="free",
    )

    with ThreadPoolExecutor(2) as pool:
        single = pool.submit(bookings.create, slow.request(hall, add_ons=lit), slow.customer, None)
        assert reached.wait(PATIENCE_SECONDS)
        several = pool.submit(fast.groups.create, group, MANAGER, None)
        eventually(lambda: somebody_waits(observer))
        go_on.set()

        assert single.result(PATIENCE_SECONDS).status == "pending"
        assert [skipped.hall_id for skipped in several.result(PATIENCE_SECONDS).skipped] == [hall.id]
    check(slow.engine)


class SlowWaitlist(WaitlistRepository):
    """Pauses before it says which halls the waiting need."""

    reached: Event
    go_on: Event

    def wanted(self, *arguments: Any) -> frozenset[UUID]:
        self.reached.set()
        assert self.go_on.wait(PATIENCE_SECONDS)
        return super().wanted(*arguments)


def test_a_visit_is_cancelled_while_a_late_payment_wants_its_time(database: URL, engine_for: EngineFor) -> None:
    observer = engine_for("booking")
    slow, fast = WholeStudio(engine_for("booking")), WholeStudio(engine_for("booking"))
    hall = slow.hall()
    late = slow.book(hall)
    for studio in (slow, fast):
        studio.clock.advance(minutes=20)
    slow.bookings.expire_holds()
    booking, waiting = slow.book(hall), Identity(str(uuid4()), Role.CLIENT)
    slow.waitlist.join(WaitlistRequest(hall_id=hall.id, start=booking.start, end=booking.end), waiting, None)
    before = deadlocks(database)
    reached, go_on = Event(), Event()

    class Paused(BookingUnitOfWork):
        def _open(self) -> None:
            super()._open()
            self.waitlist = SlowWaitlist(self.connection)
            self.waitlist.reached, self.waitlist.go_on = reached, go_on

    with ThreadPoolExecutor(2) as pool:
        cancel = replace(slow.app, transaction=Paused).bookings.cancel
        cancelled = pool.submit(cancel, booking.id, CancelRequest(), slow.customer, None)
        assert reached.wait(PATIENCE_SECONDS)
        paid = pool.submit(fast.pay, late, uuid4())
        # It has come as far as it comes: to its end, or to where it has to wait.
        eventually(lambda: paid.done() or somebody_waits(observer))
        go_on.set()

        assert cancelled.result(PATIENCE_SECONDS).status == "cancelled"
        with pytest.raises(SlotTakenError):
            paid.result(PATIENCE_SECONDS)
    assert [entry.status for entry in slow.waitlist.page(WaitlistQuery(), waiting).data] == ["offered"]
    assert deadlocks(database) == before
    check(slow.engine)


def deadlocks(database: URL) -> int:
    engine = plain_engine(database)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found = int(connection.execute(query).scalar_one())
    engine.dispose()
    return found


def paused(studio: WholeStudio, reached: Event, go_on: Event) -> Bookings:
    class Paused(BookingUnitOfWork):
        def _open(self) -> None:
            super()._open()
            self.add_ons = SlowAddOns(self.connection)
            self.add_ons.reached, self.add_ons.go_on = reached, go_on

    return replace(studio.app, transaction=Paused).bookings


def visit(hall_id: UUID, **changes: Any) -> GroupItem:
    end = START + timedelta(hours=2)
    return GroupItem.model_validate({"hall_id": hall_id, "start": START, "end": end} | changes)


def test_a_lock_that_was_given_back_with_a_savepoint_is_taken_again(engine_for: EngineFor) -> None:
    studio = WholeStudio(engine_for("booking"))
    first, second = studio.hall().id, studio.hall().id

    with studio.work() as work:
        work.claims.lock([first])
        try:
            with work.savepoint():
                work.claims.lock([second])
                assert held_locks(work) == 2
                raise LookupError
        except LookupError:
            assert held_locks(work) == 1
        work.claims.lock([first, second])
        assert held_locks(work) == 2


def held_locks(work: BookingUnitOfWork) -> int:
    query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    return int(work.connection.execute(query).scalar_one())
