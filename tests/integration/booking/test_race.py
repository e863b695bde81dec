"""Sixteen clients want one slot: real processes, real PostgreSQL, one winner in every round."""

import multiprocessing
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import URL

from booking.errors import SlotTakenError
from core.database import create_database
from core.identity import Identity
from shared_schemas.booking import BookingRequest
from shared_schemas.common import Role
from tests.support.database import ServiceSettings
from tests.support.invariants import check
from tests.support.studio import START, Studio

RACERS, ROUNDS = 16, 8


def racer(url: str, hall_id: str, barrier: Barrier, results: "multiprocessing.Queue[list[str]]") -> None:
    engine = create_database(ServiceSettings("booking", url))
    studio = Studio(engine)
    outcomes = []
    for number in range(ROUNDS):
        start = START + timedelta(days=number)
        request = BookingRequest(hall_id=hall_id, start=start, end=start + timedelta(hours=1))
        barrier.wait(60)
        try:
            studio.bookings.create(request, Identity(str(uuid4()), Role.CLIENT), None)
            outcomes.append("won")
        except SlotTakenError:
            outcomes.append("lost")
    results.put(outcomes)
    engine.dispose()


def test_one_slot_has_one_winner_however_many_race_for_it(database: URL) -> None:
    url = database.set(username="cyclorama_booking", password="test").render_as_string(hide_password=False)
    studio = Studio(create_database(ServiceSettings("booking", url)))
    hall = studio.hall()
    studio.engine.dispose()
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(RACERS), context.Queue()

    racers = [context.Process(target=racer, args=(url, str(hall.id), barrier, results)) for _ in range(RACERS)]
    for process in racers:
        process.start()
    outcomes = [results.get(timeout=90) for _ in racers]
    for process in racers:
        process.join(10)

    assert [sum(outcome[n] == "won" for outcome in outcomes) for n in range(ROUNDS)] == [1] * ROUNDS
    assert {word for outcome in outcomes for word in outcome} == {"won", "lost"}
    check(studio.engine)
    with studio.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM booking.bookings")).scalar_one() == ROUNDS
    studio.engine.dispose()
