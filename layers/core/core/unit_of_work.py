"""One use case, one transaction: state, outbox, inbox and idempotency key commit together or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from core.clock import Clock
from core.context import current_flow
from core.idempotency import IdempotencyStore
from core.inbox import Inbox
from core.job_failures import JobFailures
from core.outbox import Outbox, Publisher
from core.retries import note_commit
from core.tables import DeliveryTables
from shared_schemas.errors import CycloramaError
from shared_schemas.events import Envelope, EventData, Service, ServiceError


class UnitOfWork:
    """A transaction that rolls back unless told to commit; a service's subclass adds its repositories."""

    connection: Connection
    idempotency: IdempotencyStore
    inbox: Inbox

    def __init__(
        self, engine: Engine, tables: DeliveryTables, publisher: Publisher, clock: Clock, service: Service
    ) -> None:
        self._engine = engine
        self._tables = tables
        self._publisher = publisher
        self._clock = clock
        self._service = service

    def __enter__(self) -> Self:
        self._events: list[Envelope] = []
        self.connection = self._engine.connect()
        self.idempotency = IdempotencyStore(self.connection, self._tables.idempotency)
        self.inbox = Inbox(self.connection, self._tables.inbox)
        self._open()
        return self

    def _open(self) -> None:
        """Where a subclass builds its repositories on `connection`."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()  # Rolls back whatever was not committed.

    def emit(self, data: EventData) -> None:
        """Record an event of this flow; it is stored at commit and published right after."""
        flow = current_flow()
        self._events.append(
            Envelope.wrap(
                data,
                time=self._clock.now(),
                source=self._service,
                correlation_id=flow.correlation_id,
                causation_id=flow.causation_id,
            )
        )

    def put_off(self, job: str, item: object, error: Exception) -> None:
        """Have a job leave an item alone for a while, and tell operators of it: its code, never its words."""
        attempts = self.pause(job, item, error)
        detail = f"{item} failed for the {attempts}. time: {type(error).__name__}"
        self.emit(ServiceError(service=self._service, operation=job, code=_code(error), detail=detail))

    def pause(self, job: str, item: object, error: Exception) -> int:
        """The same without a word, for what is no fault; how often it was so."""
        failures = JobFailures(self.connection, self._tables.failures)
        return failures.add(job, str(item), _code(error), self._clock.now())

    def settled(self, job: str, items: Sequence[object]) -> None:
        """What was put off before is done."""
        JobFailures(self.connection, self._tables.failures).forget(job, [str(item) for item in items])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: what raises in it is undone, its events included, and the rest goes on."""
        emitted = len(self._events)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._events[emitted:]
            raise

    def commit(self) -> None:
        """Make all of it durable, then publish the events; publishing cannot fail the use case."""
        outbox = Outbox(self._tables.outbox)
        events, self._events = self._events, []
        if events:
            outbox.append(self.connection, events)
        self.connection.commit()
        note_commit()
        self.connection.close()
        if events:
            outbox.publish(self._engine, self._publisher, events)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, CycloramaError) else type(error).__name__
