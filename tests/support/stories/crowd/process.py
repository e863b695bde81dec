"""A process of the crowd: works through its operations, and may die in the middle of any statement."""

import logging
import os
import signal
import traceback
from collections.abc import Sequence
from ctypes import c_double
from dataclasses import dataclass
from multiprocessing.connection import Connection
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event

from core.observability import logger
from core.postgres.database import create_database
from core.postgres.retries import retried
from shared_schemas.errors import CycloramaError
from shared_schemas.events.envelope import Envelope
from tests.support.booking.whole_studio import WholeStudio
from tests.support.database import RecordingPublisher, ServiceSettings
from tests.support.stories.crowd.person import Premises, Visitor


@dataclass(frozen=True)
class Orders:
    """What a process is to do: `dies_after` so many statements, unless that is None."""

    url: str
    seed: str
    premises: Premises
    operations: int
    dies_after: int | None
    broker_file: str


@dataclass(frozen=True)
class Outcome:
    """What came of one operation: its result, a refusal's code, or the traceback of what nobody expected."""

    operation: str
    code: str = "done"
    retries: int = 0
    unexpected: Sequence[str] = ()


class FileBroker(RecordingPublisher):
    """A broker that refuses now and then, and writes down what it took where a kill cannot erase it."""

    def __init__(self, path: str, random: Random) -> None:
        super().__init__()
        self.path = path
        self.random = random

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        taken = [envelope.id for envelope in envelopes if self.random.random() < 0.8]
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, "".join(f"{event_id}\n" for event_id in taken).encode())
        os.close(descriptor)
        return set(taken)


class Errors(logging.Handler):
    """What was logged as an error: whatever the service swallowed must come to light."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(logging.Formatter().format(record))


def work(orders: Orders, seconds: "c_double", pipe: Connection) -> None:
    """Report each operation as soon as it ended; `seconds` is how far the studio's clock has gone, for all."""
    random, errors = Random(orders.seed), Errors()
    logger.addHandler(errors)
    engine = create_database(ServiceSettings("booking", orders.url))
    if orders.dies_after is not None:
        die_after(engine, orders.dies_after)
    studio = WholeStudio(engine, FileBroker(orders.broker_file, random))
    visitor, passed = Visitor(studio, orders.premises, random), 0.0
    for _ in range(orders.operations):
        if random.random() < 0.06:
            seconds.value += 60 * random.randint(1, 8)
        studio.clock.advance(seconds=seconds.value - passed)
        passed = seconds.value
        pipe.send(attempt(visitor, errors))
    pipe.send(None)
    engine.dispose()


def attempt(visitor: Visitor, errors: Errors) -> Outcome:
    """One operation as a route runs it."""
    name, operation = visitor.act()
    pauses: list[float] = []
    try:
        done = retried(operation, pauses.append)
        code = "done" if done is not None else "nothing to do"
    except CycloramaError as error:
        code = error.code
    except Exception:
        code = "unexpected"
        errors.found.append(traceback.format_exc())
    unexpected, errors.found = errors.found, []
    return Outcome(name, code, len(pauses), unexpected)


def die_after(engine: Engine, statements: int) -> None:
    """Kill this process when it has sent so many statements: most of the time that is inside a transaction."""
    left = iter(range(statements))

    def count(*_arguments: Any) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "after_cursor_execute", count)
    event.listen(engine, "commit", count)
