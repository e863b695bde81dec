"""Who needs halls and things in stock takes them in one order, so that two who need the same never wait in a circle."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from booking.holiday_calendar import public_holiday
from booking.repository import BookingUnitOfWork
from booking.repository_extras import AddOnRepository
from booking.service_bookings import Bookings
from booking.tables import delivery
from shared_schemas.booking import GroupItem, GroupRequest
from shared_schemas.prices import AddOnOrder
from tests.support.database import EngineFor
from tests.support.invariants import check
from tests.support.studio import MANAGER, START
from tests.support.whole_studio import WholeStudio

PATIENCE_SECONDS = 10


class SlowAddOns(AddOnRepository):
    """Pauses between the halls' claims, which are made, and those of add-ons, which are next."""

    reached: Event
    go_on: Event

    def claim(self, *arguments: Any) -> None:
        self.reached.set()
        assert self.go_on.wait(PATIENCE_SECONDS)
        super().claim(*arguments)


def test_a_visit_and_a_group_want_the_same_hall_and_the_same_light(database: URL, engine_for: EngineFor) -> None:
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
        wait_until_somebody_waits(database)
        go_on.set()

        assert single.result(PATIENCE_SECONDS).status == "pending"
        assert [skipped.hall_id for skipped in several.result(PATIENCE_SECONDS).skipped] == [hall.id]
    check(slow.engine)


def paused(studio: WholeStudio, reached: Event, go_on: Event) -> Bookings:
    class Paused(BookingUnitOfWork):
        def _open(self) -> None:
            super()._open()
            self.add_ons = SlowAddOns(self.connection)
            self.add_ons.reached, self.add_ons.go_on = reached, go_on

    def work() -> BookingUnitOfWork:
        return Paused(studio.engine, delivery, studio.broker, studio.clock, public_holiday)

    return Bookings(work, studio.clock, studio.sales)


def visit(hall_id: UUID, **changes: Any) -> GroupItem:
    end = START + timedelta(hours=2)
    return GroupItem.model_validate({"hall_id": hall_id, "start": START, "end": end} | changes)


def wait_until_somebody_waits(database: URL) -> None:
    engine = create_engine(database.set(drivername="postgresql+pg8000"))
    query = text("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                 " WHERE NOT granted AND a.datname = current_database()")  # fmt: skip
    deadline = time.monotonic() + PATIENCE_SECONDS
    with engine.connect() as connection:
        while not connection.execute(query).scalar_one():
            assert time.monotonic() < deadline, "nobody had to wait"
            connection.rollback()
            time.sleep(0.02)
    engine.dispose()


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
