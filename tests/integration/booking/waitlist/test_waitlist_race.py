"""Freed time goes to who waits for it, once, however many want it at that moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from booking.calendar.errors import SlotTakenError
from booking.waitlist.errors import NotWaitingError
from core.identity import Identity
from core.postgres.retries import retried
from shared_schemas.booking.bookings import Booking, BookingsQuery
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.whole_studio import UNLIMITED
from tests.support.database import EngineFor
from tests.support.waiting import PATIENCE_SECONDS

ROUNDS, WORKERS = 12, 8
HOUR = timedelta(hours=1)
Task = Callable[[Studio], Any]


@pytest.fixture(scope="module")
def studios(engine_for: EngineFor) -> list[Studio]:
    """One for each worker, as each process has a connection of its own."""
    made = [Studio(engine_for("booking")) for _ in range(WORKERS)]
    made[0].policies.replace(PolicyRequest.model_validate(UNLIMITED), MANAGER)
    return made


@pytest.fixture(scope="module")
def together(studios: list[Studio]) -> Iterator[Callable[..., list[Any]]]:
    with ThreadPoolExecutor(WORKERS) as pool:

        def run(*tasks: Task) -> list[Any]:
            """Start all at the same moment, each as a request is served."""
            barrier = Barrier(len(tasks))

            def one(studio: Studio, task: Task) -> Any:
                barrier.wait(PATIENCE_SECONDS)
                return retried(lambda: task(studio))

            return list(pool.map(one, studios, tasks))

        yield run


def client() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def join(studio: Studio, hall: Hall, start: datetime, hours: int) -> Identity:
    who = client()
    studio.waitlist.join(WaitlistRequest(hall_id=hall.id, start=start, end=start + HOUR * hours), who, None)
    studio.clock.advance(seconds=1)
    return who


def cancelling(booking: Booking) -> Task:
    return lambda studio: studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)


def snatching(hall: Hall, start: datetime, hours: int) -> Task:
    def snatch(studio: Studio) -> bool:
        try:
            studio.book(hall, start, hours)
        except SlotTakenError:
            return False
        return True

    return snatch


def withdrawing(entry: WaitlistEntry, who: Identity) -> Task:
    def withdraw(studio: Studio) -> bool:
        try:
            studio.waitlist.withdraw(entry.id, who)
        except NotWaitingError:
            return False
        return True

    return withdraw


def moving(booking: Booking, start: datetime) -> Task:
    """Onto time that is just being given back, if it can be had."""

    def move(studio: Studio) -> bool:
        wish = RescheduleRequest(start=start, end=start + (booking.end - booking.start))
        try:
            studio.changes.reschedule(booking.id, wish, MANAGER, None)
        except SlotTakenError:
            return False
        return True

    return move


def status(studio: Studio, who: Identity) -> str:
    (entry,) = studio.waitlist.page(WaitlistQuery(), who).data
    return entry.status


def overlaps(studio: Studio) -> int:
    query = text(
        "SELECT count(*) FROM booking.occupancy a JOIN booking.occupancy b"
        " ON a.hall_id = b.hall_id AND a.owner_id < b.owner_id AND a.during && b.during"
    )
    with studio.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def test_nobody_snatches_what_somebody_waits_for(studios: list[Studio], together: Callable[..., list[Any]]) -> None:
    studio, hall = studios[0], studios[0].hall()
    for number in range(ROUNDS):
        start = START + timedelta(days=number)
        taken = studio.book(hall, start)
        first, second = join(studio, hall, start, 2), join(studio, hall, start, 2)

        results = together(cancelling(taken), *[snatching(hall, start, 2)] * (WORKERS - 1))

        assert results[1:] == [False] * (WORKERS - 1)
        assert (status(studio, first), status(studio, second)) == ("offered", "waiting")


def test_two_halves_freed_at_once_make_one_offer(studios: list[Studio], together: Callable[..., list[Any]]) -> None:
    studio, hall = studios[0], studios[0].hall()
    for number in range(ROUNDS):
        start = START + timedelta(days=number)
        halves = [studio.book(hall, start), studio.book(hall, start + 2 * HOUR)]
        line = [join(studio, hall, start, 4) for _ in range(3)]

        together(*map(cancelling, halves))

        assert [status(studio, who) for who in line] == ["offered", "waiting", "waiting"]


def test_who_withdraws_at_that_moment_has_an_offer_or_none(
    studios: list[Studio], together: Callable[..., list[Any]]
) -> None:
    studio, hall = studios[0], studios[0].hall()
    for number in range(ROUNDS):
        start = START + timedelta(days=number)
        taken, who = studio.book(hall, start), join(studio, hall, start, 2)
        (entry,) = studio.waitlist.page(WaitlistQuery(), who).data

        withdrawn = together(cancelling(taken), withdrawing(entry, who))[1]

        held = studio.bookings.page(BookingsQuery(hall_id=hall.id, status="pending"), MANAGER).data
        assert (status(studio, who), len(held)) == (("withdrawn", 0) if withdrawn else ("offered", 1))
        for booking in held:
            studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)


def test_offers_never_overlap_whatever_moves_meanwhile(
    studios: list[Studio], together: Callable[..., list[Any]]
) -> None:
    studio, hall = studios[0], studios[0].hall()
    entries = []
    for number in range(ROUNDS):
        day = START + timedelta(days=number)
        bookings = [studio.book(hall, day + 2 * HOUR * place) for place in range(3)]
        entries += [join(studio, hall, day + HOUR * place, 2 + place % 2) for place in range(5)]

        together(
            cancelling(bookings[0]),
            cancelling(bookings[1]),
            moving(bookings[2], day + HOUR),
            snatching(hall, day, 1),
            snatching(hall, day + 3 * HOUR, 2),
            lambda studio: studio.offers.offer_due(),
            lambda studio: studio.offers.offer_due(),
        )
        studio.offers.offer_due()

    offered = [who for who in entries if status(studio, who) == "offered"]
    assert offered
    assert overlaps(studio) == 0
    with studio.engine.connect() as connection:
        query = text(
            "SELECT count(*) FROM booking.waitlist w JOIN booking.bookings b ON b.id = w.booking_id"
            " JOIN booking.occupancy o ON o.owner_id = b.id"
            " JOIN booking.outbox e ON e.type = 'waitlist.offered'"
            " AND e.envelope -> 'data' ->> 'waitlist_id' = w.id::text"
            " WHERE w.status = 'offered' AND b.status = 'pending' AND b.customer_id = w.customer_id"
        )
        of_hall = text("SELECT count(*) FROM booking.waitlist WHERE status = 'offered'")
        assert connection.execute(query).scalar_one() == connection.execute(of_hall).scalar_one()
    # What is left waiting waits for time that somebody claims.
    with studio.work() as work:
        assert work.waitlist.servable(studio.clock.now(), None, 100) == []
