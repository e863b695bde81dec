"""Revenue's daily sums on real PostgreSQL: whatever is kept of them, reports say what every payment says."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from core.jobs import Turn
from integration.reports import repository as repository_reports
from integration.visits.sums_repository import mostly_kept
from shared_schemas.integration.reports import RevenueQuery
from tests.support.booking.made import NOW
from tests.support.chance import seed
from tests.support.database import EngineFor
from tests.support.integration.reporting import Reporting, stories
from tests.support.integration.reports import HALL, OTHER, paid, refunded, tariff, told

PERIODS = (("2026-08-01", "2027-03-01"), ("2026-11-01", "2026-11-25"), ("2026-11-10", "2026-11-11"))
ZONES = ("Europe/Moscow", "Asia/Kathmandu", "America/St_Johns")
BOOKING = UUID(int=11)


@pytest.fixture
def world(engine_for: EngineFor) -> Iterator[Reporting]:
    reporting = Reporting(engine_for("integration"))
    reporting.clear()
    yield reporting


def revenue(world: Reporting, with_sums: bool, zones: tuple[str, ...] = ZONES) -> list[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repository_reports, "mostly_kept", lambda *_: with_sums)
        return [
            world.reports.revenue(
                RevenueQuery.model_validate({"from": first, "to": after, "by": by, "timezone": zone})
            ).model_dump(exclude={"question"})
            for first, after in PERIODS
            for zone in zones
            for by in ("hall", "tariff")
        ]  # fmt: skip


def change(world: Reporting, statement: str) -> None:
    with world.engine.begin() as connection:
        connection.execute(text(statement))


def kept(world: Reporting) -> int:
    with world.engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM integration.revenue_days")).scalar_one()
        return count


def test_sums_say_what_every_payment_says_in_any_order_of_events(world: Reporting) -> None:
    chance = random.Random(seed())
    events = stories(seed(), 25)
    events += events[::2]
    chance.shuffle(events)
    for first in range(0, len(events), 20):
        world.take(events[first : first + 20])
        if chance.random() < 0.7:
            turns = iter([True] * chance.choice([5, 20, 200]) + [False] * 9)
            world.days.add_up(Turn(lambda turns=turns: next(turns)))  # type: ignore[misc]
        assert revenue(world, True, ZONES[:1]) == revenue(world, False, ZONES[:1]), f"seed {seed()}"
    world.days.add_up(Turn())
    assert kept(world) > 20
    assert revenue(world, True) == revenue(world, False), f"seed {seed()}"


def test_before_any_payment_there_is_no_day_to_add_up(world: Reporting) -> None:
    """A new studio added up ten years of nothing, day by day."""
    assert world.days.add_up(Turn()) == kept(world) == 0


def test_a_payment_of_several_tariffs_and_halls_is_counted_once_in_each(world: Reporting) -> None:
    sold = [tariff("Day", 1, 60, HALL), tariff("Evening", 2, 60, HALL), tariff("Day", 4, 60, OTHER)]
    payment = paid(BOOKING, 1000, NOW)
    facts = {"also_hall_ids": [OTHER], "tariffs": sold, "status": "confirmed"}
    world.take([told("booking.confirmed", BOOKING, 2, NOW, **facts), payment, paid(UUID(int=12), 5, NOW)])
    world.take([refunded(payment, 700, NOW + timedelta(days=1))])
    world.days.add_up(Turn())

    halls, tariffs = revenue(world, True)[:2]

    assert halls == revenue(world, False)[0] and tariffs == revenue(world, False)[1]
    found = [
        (row["hall_id"], row["payments"], row["gross"]["amount"], row["refunds"]["amount"]) for row in halls["rows"]
    ]
    assert found == [(HALL, 1, 428, 300), (OTHER, 1, 572, 400), (None, 1, 5, 0)]
    assert (halls["totals"]["payments"], halls["totals"]["net"]["amount"]) == (2, 305)


def test_a_day_that_changes_is_added_up_anew_and_others_stay(world: Reporting) -> None:
    confirmed = told("booking.confirmed", BOOKING, 2, NOW, status="confirmed")
    world.take([confirmed, paid(BOOKING, 1000, NOW), paid(UUID(int=12), 5, NOW - timedelta(days=9))])
    assert world.days.add_up(Turn()) == kept(world) == 9 + 30
    assert world.days.add_up(Turn()) == 0

    world.take([told("booking.completed", BOOKING, 3, NOW, status="completed")])
    assert kept(world) == 39
    world.take([told("booking.rescheduled", BOOKING, 4, NOW, status="confirmed", hall_id=OTHER)])
    assert kept(world) == 38
    world.take([paid(UUID(int=13), 5, NOW - timedelta(days=5))])

    assert world.days.add_up(Turn()) == 2
    assert revenue(world, True) == revenue(world, False)


def test_whoever_adds_up_while_events_come_keeps_no_sum_that_lacks_one(world: Reporting, engine_for: EngineFor) -> None:
    """Each with a connection of its own, as in Lambda."""
    events = [event for event in stories(5, 20) if event.type != "booking.expired"]
    consumers, adder, over = [Reporting(engine_for("integration")) for _ in range(2)], world, Event()

    def add_up() -> None:
        while not over.is_set():
            adder.days.add_up(Turn())

    with ThreadPoolExecutor(3) as pool:
        adding = pool.submit(add_up)
        try:
            list(pool.map(lambda n: consumers[n].take(events[n::2]), range(2)))
        finally:
            over.set()
        adding.result()

    assert revenue(world, True) == revenue(world, False)


def test_a_rebuild_adds_everything_up_anew(world: Reporting) -> None:
    world.take([told("booking.confirmed", BOOKING, 2, NOW, status="confirmed"), paid(BOOKING, 1000, NOW)])
    world.days.add_up(Turn())
    change(world, "UPDATE integration.revenue_sums SET gross = gross + 1")
    assert revenue(world, True) != revenue(world, False)

    world.visits.start_rebuild()
    assert revenue(world, True) == revenue(world, False)

    world.days.add_up(Turn())
    assert kept(world) and revenue(world, True) == revenue(world, False)


def test_a_day_that_cannot_be_added_up_is_put_off_and_stops_no_other(world: Reporting) -> None:
    """More money than a sum can hold; nobody has so much."""
    too_much = [paid(UUID(int=number), 10**12, NOW - timedelta(days=3)) for number in (21, 22)]
    world.take([*too_much, paid(BOOKING, 1000, NOW - timedelta(days=5))])
    change(world, "UPDATE integration.movements SET amount = 9e18 WHERE amount = 1e12")
    turn = Turn()
    assert (world.days.add_up(turn), turn.failed) == (5 + 30 - 1, 1)
    again = Turn()
    assert (world.days.add_up(again), again.failed) == (0, 0)

    change(world, "UPDATE integration.movements SET amount = 5 WHERE amount > 1e12")
    change(world, "UPDATE integration.job_failures SET next_attempt_at = '2026-01-01'")

    assert world.days.add_up(Turn()) == 1
    change(world, "DELETE FROM integration.outbox")
    with world.engine.connect() as connection:
        assert not connection.execute(text("SELECT count(*) FROM integration.job_failures")).scalar_one()


def test_sums_are_asked_only_where_most_of_the_period_is_kept(world: Reporting) -> None:
    since, until = (datetime.combine(date(2026, 11, day), NOW.timetz()) for day in (1, 11))
    with world.engine.begin() as connection:
        assert not mostly_kept(connection, since, until)
        days = "SELECT CAST(d AS date), now() FROM generate_series(date '2026-11-05', '2026-11-10', '1 day') d"
        connection.execute(text(f"INSERT INTO integration.revenue_days {days}"))
        assert mostly_kept(connection, since, until)
