"""Sixteen clients want one slot: real processes, real PostgreSQL, one winner in every round."""

from sqlalchemy import text
from sqlalchemy.engine import URL

from core.postgres.database import create_database
from tests.support.booking.invariants import check
from tests.support.booking.studio import Studio
from tests.support.database import ServiceSettings
from tests.support.stories.crowd.forking import crowded
from tests.support.stories.crowd.racer import race
from tests.support.waiting import PATIENCE_SECONDS

RACERS, ROUNDS = 16, 8


def test_one_slot_has_one_winner_however_many_race_for_it(database: URL) -> None:
    url = database.set(username="cyclorama_booking", password="test").render_as_string(hide_password=False)
    studio = Studio(create_database(ServiceSettings("booking", url)))
    hall = studio.hall()
    studio.engine.dispose()
    context = crowded()
    barrier, results = context.Barrier(RACERS), context.Queue()

    racers = [context.Process(target=race, args=(url, str(hall.id), ROUNDS, barrier, results)) for _ in range(RACERS)]
    for process in racers:
        process.start()
    outcomes = [results.get(timeout=PATIENCE_SECONDS) for _ in racers]
    for process in racers:
        process.join(PATIENCE_SECONDS)

    assert [sum(outcome[n] == "won" for outcome in outcomes) for n in range(ROUNDS)] == [1] * ROUNDS
    assert {word for outcome in outcomes for word in outcome} == {"won", "lost"}
    check(studio.engine)
    with studio.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM booking.bookings")).scalar_one() == ROUNDS
    studio.engine.dispose()
