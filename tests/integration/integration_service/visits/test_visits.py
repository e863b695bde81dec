"""What reports are computed from, on real PostgreSQL: in any order, at the same time, and computed anew."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from core.jobs import Turn
from integration.visits.service import BATCH
from shared_schemas.common import Money
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.reports import HoldsQuery, LeadTimeQuery, RevenueQuery, UtilisationQuery
from tests.support.booking.made import NOW
from tests.support.database import EngineFor, plain_engine
from tests.support.integration.reporting import Reporting, stories
from tests.support.integration.reports import paid, told

EVENTS = stories(7, 40)


@pytest.fixture
def world(engine_for: EngineFor) -> Iterator[Reporting]:
    reporting = Reporting(engine_for("integration"))
    reporting.clear()
    yield reporting


def change(world: Reporting, statement: str) -> None:
    with world.engine.begin() as connection:
        connection.execute(text(statement))


def rebuilds(world: Reporting) -> list[tuple[int, int, bool]]:
    query = (
        "SELECT bookings, corrected, finished_at IS NOT NULL FROM integration.report_rebuilds ORDER BY started_at, 3"
    )
    with world.engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(text(query))]


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_and_repeated_events_leave_the_same_behind(world: Reporting, seed: int) -> None:
    world.take(EVENTS)
    expected = world.stored()
    world.clear()
    shuffled = EVENTS + EVENTS[::2]
    random.Random(seed).shuffle(shuffled)

    world.take(shuffled)

    assert world.stored() == expected
    assert all(expected.values())


def test_events_of_one_booking_may_be_handled_at_the_same_time(world: Reporting, engine_for: EngineFor) -> None:
    """Each consumer has one connection of its own, as in Lambda."""
    world.take(EVENTS)
    expected = world.stored()
    consumers = [Reporting(engine_for("integration")) for _ in range(4)]
    together = Barrier(len(consumers))

    def take(number: int) -> None:
        together.wait()
        consumers[number].take(EVENTS[number:] + EVENTS[:number])

    for _ in range(3):
        world.clear()
        with ThreadPoolExecutor(len(consumers)) as pool:
            list(pool.map(take, range(len(consumers))))
        assert world.stored() == expected


def test_the_log_alone_is_enough(world: Reporting) -> None:
    world.take(EVENTS)
    expected = world.stored()
    world.clear()
    for event in EVENTS:
        world.log.record(event)

    world.visits.start_rebuild()
    bookings = len({event.data["booking_id"] for event in EVENTS})

    assert world.visits.rebuild(Turn()) == {"checked": bookings, "corrected": bookings}
    assert world.stored() == expected
    world.visits.start_rebuild()
    assert world.visits.rebuild(Turn()) == {"checked": bookings, "corrected": 0}
    assert rebuilds(world)[-1][1:] == (0, True)


CORRUPTIONS = (
    "UPDATE integration.visits SET status = 'pending', total = total + 1 WHERE status = 'completed'",
    "UPDATE integration.visits SET confirmed_at = NULL, visit_purpose = 'photo'",
    "UPDATE integration.hall_times SET from_minute = from_minute - 1 WHERE from_minute > 0",
    "DELETE FROM integration.visit_shares WHERE number = 1",
    "DELETE FROM integration.movements WHERE amount < 0",
    "UPDATE integration.movements SET amount = amount - 1",
)


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_rebuild_finds_and_mends_whatever_is_not_as_the_log_has_it(world: Reporting, corruption: str) -> None:
    world.take(EVENTS)
    for event in EVENTS:
        world.log.record(event)
    expected = world.stored()
    change(world, corruption)
    assert world.stored() != expected

    world.visits.start_rebuild()
    assert world.visits.rebuild(Turn())["corrected"] > 0

    assert world.stored() == expected


def test_what_the_log_does_not_have_yet_or_any_more_is_kept(world: Reporting) -> None:
    booking = UUID(int=5)
    created = told("booking.created", booking, 1, NOW)
    confirmed = told("booking.confirmed", booking, 2, NOW + timedelta(minutes=1), status="confirmed")
    completed = told("booking.completed", booking, 3, NOW + timedelta(days=1), status="completed")
    world.take([created, confirmed, completed])
    world.log.record(confirmed)
    expected = world.stored()

    world.visits.start_rebuild()

    assert world.visits.rebuild(Turn()) == {"checked": 1, "corrected": 0}
    assert world.stored() == expected


def begun(booking: UUID, made: datetime) -> list[Envelope]:
    """A visit three weeks later, confirmed within the hour, and paid for."""
    facts = {"start": made + timedelta(days=21), "status": "confirmed"}
    confirmed = told("booking.confirmed", booking, 2, made + timedelta(minutes=30), **facts)
    return [told("booking.created", booking, 1, made), confirmed, paid(booking, 5_000, made + timedelta(minutes=29))]


def figures(world: Reporting, around: datetime) -> list[object]:
    days = {"from": around.date() - timedelta(days=2), "to": around.date() + timedelta(days=25)}
    return [
        world.reports.revenue(RevenueQuery.model_validate(days | {"by": "hall"})),
        world.reports.holds(HoldsQuery.model_validate(days | {"by": "day"})),
        world.reports.lead_times(LeadTimeQuery.model_validate(days)),
        world.reports.utilisation(UtilisationQuery.model_validate(days | {"by": "day"})),
    ]


SPOILT = (
    "UPDATE integration.visits SET total = 1, confirmed_at = NULL, people = 77 WHERE booking_id = :late",
    "DELETE FROM integration.hall_times WHERE booking_id = :late",
    "DELETE FROM integration.movements WHERE booking_id = :late",
)


def test_of_months_that_the_log_has_dropped_a_rebuild_changes_nothing(world: Reporting) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    long_ago, lately = now - timedelta(days=120), now - timedelta(days=2)
    early, half, late = (UUID(int=number) for number in (1, 2, 3))
    # Of `half` the log will know a second confirmation alone, which says less than what was there before it.
    again = told("booking.confirmed", half, 2, lately, status="confirmed", people=9, total=Money(amount=1))
    events = [*begun(early, long_ago), *begun(half, long_ago), again, *begun(late, lately)]
    world.take(events)
    for event in events:
        world.log.record(event)
    expected, then, today = world.stored(), figures(world, long_ago), figures(world, lately)
    assert world.log.keep(2)["dropped"] >= 0 and len(logged(world)) == 4
    for statement in SPOILT:
        change(world, statement.replace(":late", f"'{late}'"))
    assert figures(world, long_ago) == then and figures(world, lately) != today

    world.visits.start_rebuild()

    assert world.visits.rebuild(Turn()) == {"checked": 2, "corrected": 1}
    assert (figures(world, long_ago), figures(world, lately)) == (then, today)
    assert world.stored() == expected


def logged(world: Reporting) -> list[str]:
    with world.engine.connect() as connection:
        return list(connection.execute(text("SELECT type FROM integration.events")).scalars())


def test_a_rebuild_goes_on_where_it_stopped_and_there_is_one_at_a_time(world: Reporting) -> None:
    count = BATCH + 5
    for number in range(count):
        world.log.record(told("booking.created", UUID(int=number + 1), 1, NOW))
    world.visits.start_rebuild()
    turns = iter([True, False])
    assert world.visits.rebuild(Turn(lambda: next(turns))) == {"checked": BATCH, "corrected": BATCH}
    world.visits.start_rebuild()
    assert rebuilds(world) == [(BATCH, BATCH, False)]

    assert world.visits.rebuild(Turn()) == {"checked": 5, "corrected": 5}

    assert rebuilds(world) == [(count, count, True)]
    assert len(world.stored()["visits"]) == count
    assert world.visits.rebuild(Turn()) == {"checked": 0, "corrected": 0}


def test_the_first_rebuild_waits_in_a_new_database(template: URL) -> None:
    """Which is how events from before this was kept come in."""
    engine = plain_engine(template)
    with engine.connect() as connection:
        query = "SELECT count(*) FROM integration.report_rebuilds WHERE finished_at IS NULL"
        assert connection.execute(text(query)).scalar_one() == 1
    engine.dispose()
