"""A crowd of processes does everything at once to a few halls, and some of them die: what must hold, holds.

Every operation meets every other here, on the real database, each process with its own connection. What is random
follows the seed; how the processes interleave does not."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass, field, replace
from datetime import time as wall_time
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from booking.tables import delivery
from core.events.outbox import Outbox
from shared_schemas.booking.policy import PolicyRequest
from tests.support.booking.invariants import check
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER
from tests.support.booking.whole_studio import UNLIMITED, WholeStudio
from tests.support.chance import seed, told
from tests.support.database import EngineFor, plain_engine
from tests.support.stories.crowd.forking import crowded
from tests.support.stories.crowd.person import PROMO_CODE, Premises
from tests.support.stories.crowd.process import FileBroker, Orders, Outcome, work
from tests.support.waiting import PATIENCE_SECONDS, eventually

PROCESSES, OPERATIONS = 16, 40
KILLED_FROM_OUTSIDE, KILLED_IN_A_STATEMENT = 6, 6


@dataclass
class Worker:
    """A process of the crowd and its end of a pipe; `fate` is how many reports it may send before it is killed."""

    orders: Orders
    process: BaseProcess
    pipe: Connection
    fate: int | None
    done: int = 0


@dataclass
class Crowd:
    """The processes, each replaced by another when it dies before its work is done."""

    random: random.Random
    seconds: c_double
    workers: dict[Connection, Worker] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    killed: int = 0

    def __post_init__(self) -> None:
        self.context = crowded()

    def start(self, orders: Orders, fate: int | None = None) -> None:
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=work, args=(orders, self.seconds, theirs), daemon=True)
        process.start()
        theirs.close()
        self.workers[ours] = Worker(orders, process, ours, fate)

    def run(self) -> None:
        """Until all work is done."""
        while self.workers:
            ready = wait(list(self.workers), timeout=PATIENCE_SECONDS)
            assert ready, f"silent for so long: {[w.orders.seed for w in self.workers.values()]}"
            for pipe in ready:
                assert isinstance(pipe, Connection)
                self._hear(self.workers[pipe])

    def stop(self) -> None:
        for worker in self.workers.values():
            worker.process.kill()
            worker.process.join()

    def _hear(self, worker: Worker) -> None:
        try:
            outcome = worker.pipe.recv()
        except EOFError:
            self._bury(worker)
            return
        if outcome is None:
            self._dismiss(worker)
            return
        self.outcomes.append(outcome)
        worker.done += 1
        if worker.done == worker.fate:
            worker.process.kill()

    def _dismiss(self, worker: Worker) -> None:
        del self.workers[worker.pipe]
        worker.process.join()
        worker.pipe.close()

    def _bury(self, worker: Worker) -> None:
        self._dismiss(worker)
        assert worker.process.exitcode == -9, f"{worker.orders.seed} ended with {worker.process.exitcode}"
        self.killed += 1
        left = worker.orders.operations - worker.done
        if left > 0:
            again = f"{worker.orders.seed}+"
            self.start(replace(worker.orders, operations=left, seed=again, dies_after=None))


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd(random.Random(seed()), multiprocessing.RawValue(c_double, 0))
    yield made
    made.stop()


@pytest.fixture
def premises(engine_for: EngineFor) -> Premises:
    """Three halls, two of which also make a floor; few add-ons and few uses of a code."""
    studio = WholeStudio(engine_for("booking"))
    always = {"opening_hours": hours(wall_time(0), wall_time(0)), "min_minutes": 30, "start_step_minutes": 15}
    one, other, third = (studio.hall(**always, buffer_after_minutes=buffer) for buffer in (15, 0, 0))
    floor = studio.hall(**always, parts=[one.id, other.id], buffer_before_minutes=15)
    studio.promo_code(PROMO_CODE, max_uses=20, per_client=2)
    terms = PolicyRequest(
        hold_minutes=20,
        offer_minutes=10,
        reschedule_hours_before=0,
        max_reschedules=100,
        unattended="no_show",
        **UNLIMITED,
    )
    studio.policies.replace(terms, MANAGER)
    sets = [[one.id], [other.id], [third.id], [floor.id], [one.id, third.id], [floor.id, third.id]]
    add_ons = [studio.add_on(name, stock=2).id for name in ("Light", "Smoke")]
    calendars = [studio.calendar(hall).id for hall in (one, floor)]
    return Premises(sets, add_ons, calendars, [one.id, other.id, third.id], floor.id)


def test_whatever_a_crowd_does_what_must_hold_holds(
    database: URL, engine_for: EngineFor, premises: Premises, crowd: Crowd, tmp_path: Path
) -> None:
    url = database.set(username="cyclorama_booking", password="test").render_as_string(hide_password=False)
    broker = tmp_path / "broker"
    for number in range(PROCESSES):
        orders = Orders(url, f"{seed()}-{number}", premises, OPERATIONS, None, str(broker))
        fate = crowd.random.randrange(1, OPERATIONS) if number < KILLED_FROM_OUTSIDE else None
        if KILLED_FROM_OUTSIDE <= number < KILLED_FROM_OUTSIDE + KILLED_IN_A_STATEMENT:
            orders = replace(orders, dies_after=crowd.random.randrange(20, 300))
        crowd.start(orders, fate)

    crowd.run()
    engine = engine_for("booking")
    wait_for_the_dead(database)
    relayed = relay(engine, FileBroker(str(broker), random.Random(0)))

    print(report(crowd, relayed))  # noqa: T201 - what a run did, for whoever reads it
    unexpected = [trace for outcome in crowd.outcomes for trace in outcome.unexpected]
    assert not unexpected, f"{told()}: {len(unexpected)}, as\n{unexpected[0]}"
    check(engine)
    assert published(engine) == set(broker.read_text().split())
    assert deadlocks(database) == 0
    assert crowd.killed >= KILLED_FROM_OUTSIDE
    assert len({outcome.operation for outcome in crowd.outcomes if outcome.code == "done"}) > 15


def wait_for_the_dead(database: URL) -> None:
    """Until PostgreSQL has noticed who died, and undone what they began."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = 'cyclorama_booking' AND xact_start IS NOT NULL"
    )
    engine = plain_engine(database)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        eventually(lambda: connection.execute(query).scalar_one() == 0)
    engine.dispose()


def relay(engine: Engine, broker: FileBroker) -> int:
    """Publish what was not published right after its commit, as the job does later."""
    total = 0
    while True:
        with engine.begin() as connection:
            due = connection.execute(
                text("UPDATE booking.outbox SET next_attempt_at = now() WHERE published_at IS NULL")
            ).rowcount
        if not due:
            return total
        total += Outbox(delivery.outbox).relay(engine, broker)


def published(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return {str(event_id) for event_id in connection.execute(text("SELECT event_id FROM booking.outbox")).scalars()}


def deadlocks(database: URL) -> int:
    engine = plain_engine(database)
    with engine.connect() as connection:
        query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        found = int(connection.execute(query).scalar_one())
    engine.dispose()
    return found


def report(crowd: Crowd, relayed: int) -> str:
    """What was injected and what came of it."""
    done = Counter(outcome.operation for outcome in crowd.outcomes if outcome.code == "done")
    refused = Counter(outcome.code for outcome in crowd.outcomes if outcome.code != "done")
    retries = sum(outcome.retries for outcome in crowd.outcomes)
    return (
        f"{told()}: {len(crowd.outcomes)} operations by {PROCESSES} processes, {crowd.killed} killed, "
        f"{retries} retried, {relayed} events relayed later\n"
        f"done: {dict(done.most_common())}\nrefused: {dict(refused.most_common())}"
    )
