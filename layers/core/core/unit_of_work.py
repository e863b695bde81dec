"""One use case, one transaction: state, outbox, inbox and idempotency key commit together or not at all."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, Engine

from core.clock import Clock
from core.context import current_flow
from core.events.gathering import publish
from core.events.inbox import Inbox
from core.events.outbox import Outbox, Publisher
from core.http.idempotency import IdempotencyKey, IdempotencyStore
from core.job_failures import JobFailures
from core.postgres.retries import note_commit
from core.postgres.tables import DeliveryTables
from core.trail.deed import current_deed, note_made
from shared_schemas.errors import CycloramaError
from shared_schemas.events.envelope import Envelope, EventData, Service
from shared_schemas.events.operations import ServiceError

M = TypeVar("M", bound=BaseModel)


class Answers(Protocol):
    """The answers to requests with an idempotency key."""

    def replay(self, key: IdempotencyKey | None) -> Mapping[str, Any] | None: ...
    def remember(self, key: IdempotencyKey | None, response: dict[str, Any]) -> None: ...


class Repeatable(ABC):
    """A transaction that answers a repeated request as it did the first; whoever stands in for one does so, too."""

    idempotency: Answers

    def once(self, key: IdempotencyKey | None, model: type[M], make: Callable[[], M]) -> M:
        """The result of `make`, committed and stored under the key; a repeated request gets the first answer."""
        if replay := self.idempotency.replay(key):
            return model.model_validate(replay)
        made = make()
        note_made(made)
        self.idempotency.remember(key, made.model_dump(mode="json"))
        self.commit()
        return made

    @abstractmethod
    def commit(self) -> None: ...


class UnitOfWork(Repeatable):
    """A transaction that rolls back unless told to commit; a service's subclass adds its repositories."""

    connection: Connection
    idempotency: IdempotencyStore
    inbox: Inbox
    former_subscribers: ClassVar[Mapping[str, str]] = {}
    """What subscribers were called by a release whose notes the inbox still has, by their names of today."""

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
        self.inbox = Inbox(self.connection, self._tables.inbox, self.former_subscribers)
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
        self._events.append(self._wrapped(data))

    def _wrapped(self, data: EventData) -> Envelope:
        flow = current_flow()
        return Envelope.wrap(
            data,
            time=self._clock.now(),
            source=self._service,
            correlation_id=flow.correlation_id,
            causation_id=flow.causation_id,
        )

    def post(self, data: EventData) -> None:
        """Store an event at once, outside any transaction, and wait for nothing; the relay publishes it.

        So nobody can tell by the time of an answer whether there was one."""
        Outbox(self._tables.outbox).post(self.connection, self._wrapped(data))

    def put_off(self, job: str, item: object, error: Exception) -> None:
        """Have a job skip an item for a while, and tell operators the error's code, never its message."""
        attempts = self.pause(job, item, error)
        detail = f"{item} failed for the {attempts}. time: {type(error).__name__}"
        self.emit(ServiceError(service=self._service, operation=job, code=_code(error), detail=detail))

    def pause(self, job: str, item: object, error: Exception) -> int:
        """The same without telling operators, if it is not a fault; returns how often."""
        failures = JobFailures(self.connection, self._tables.failures)
        return failures.add(job, str(item), _code(error), self._clock.now())

    def settled(self, job: str, items: Sequence[object]) -> None:
        """These are done; their recorded failures are deleted."""
        JobFailures(self.connection, self._tables.failures).forget(job, [str(item) for item in items])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: an error in it rolls back this part with its events, and the rest goes on."""
        emitted = len(self._events)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._events[emitted:]
            raise

    def commit(self) -> None:
        """Commit, then publish the events; a failure to publish does not fail the use case."""
        outbox = Outbox(self._tables.outbox)
        deed = current_deed()
        if deed and (line := deed.line()):
            self.emit(line)
        events, self._events = self._events, []
        if events:
            outbox.append(self.connection, events)
        self.connection.commit()
        note_commit()
        self.connection.close()
        if events:
            publish(events, lambda told: outbox.publish(self._engine, self._publisher, told))


def _code(error: Exception) -> str:
    return error.code if isinstance(error, CycloramaError) else type(error).__name__
