"""A booking that the jobs cannot handle stops none of those behind it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from shared_schemas.booking.bookings import Booking
from shared_schemas.events.operations import ServiceError
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor

UNREADABLE = text(
    """UPDATE booking.bookings SET details = jsonb_set(details, '{timezone}', '"No/Where"') WHERE id = :id"""
)
READABLE = text(
    "UPDATE booking.bookings SET details = jsonb_set(details, '{timezone}', '\"Europe/Moscow\"') WHERE id = :id"
)


@pytest.fixture(scope="module")
def _engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


@pytest.fixture
def studio(_engine: Engine) -> Studio:
    studio = Studio(_engine)
    studio.clock.advance(days=1)
    studio.bookings.expire_holds()  # What other tests left.
    return studio


def three(studio: Studio) -> list[Booking]:
    hall = studio.hall()
    return [studio.book(hall, START + timedelta(days=2, hours=2 * number)) for number in range(3)]


def test_a_hold_that_cannot_be_read_is_told_and_the_others_expire(studio: Studio) -> None:
    first, poisoned, last = three(studio)
    with studio.engine.begin() as connection:
        connection.execute(UNREADABLE, {"id": poisoned.id})
    studio.clock.advance(minutes=15)
    turn = Turn()
    assert (studio.bookings.expire_holds(turn), turn.failed, turn.more) == (2, 1, False)
    assert {studio.bookings.get(each.id, MANAGER).status for each in (first, last)} == {"expired"}
    (told,) = [ServiceError.model_validate(each.data) for each in studio.broker.taken if each.type == "service.error"]
    assert (told.operation, str(poisoned.id) in told.detail) == ("expire_holds", True)

    with studio.engine.begin() as connection:
        connection.execute(READABLE, {"id": poisoned.id})
    assert studio.bookings.expire_holds() == 0
    studio.clock.advance(minutes=1)
    assert studio.bookings.expire_holds() == 1


def test_without_time_no_hold_expires_and_the_job_says_that_there_is_more(studio: Studio) -> None:
    three(studio)
    studio.clock.advance(minutes=15)
    turn = Turn(lambda: False)
    assert (studio.bookings.expire_holds(turn), turn.more) == (0, True)
    assert studio.bookings.expire_holds() == 3
