"""The payment service's transactions in memory: each sees its own copy, and a commit puts it in place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from core.context import current_flow
from core.http.idempotency import IdempotencyKey
from core.unit_of_work import Repeatable
from shared_schemas.events.envelope import EventData
from tests.support.payment.fake_stores import (
    FakeAttempts,
    FakeLedger,
    FakeNotifications,
    FakePayers,
    FakePromises,
    FakeReceipts,
    FakeRefunds,
    FakeTills,
    Stored,
)


@dataclass
class FakeInbox:
    stored: Stored

    def accept(self, subscriber: str, event_id: UUID) -> bool:
        seen = (subscriber, event_id) in self.stored.accepted
        self.stored.accepted.add((subscriber, event_id))
        return not seen


@dataclass
class FakeIdempotency:
    stored: Stored

    def replay(self, key: IdempotencyKey | None) -> dict[str, Any] | None:
        return self.stored.answers.get(key) if key else None

    def remember(self, key: IdempotencyKey | None, response: dict[str, Any]) -> None:
        if key:
            self.stored.answers[key] = response


class FakeWork(Repeatable):
    """A transaction on `world.stored`; what is not committed is gone."""

    def __init__(self, world: "FakeWorld") -> None:
        self._world = world

    def __enter__(self) -> Self:
        self._stored = stored = self._world.stored.copy()
        self.attempts, self.notifications = FakeAttempts(stored), FakeNotifications(stored)
        self.refunds, self.receipts, self.ledger = FakeRefunds(stored), FakeReceipts(stored), FakeLedger(stored)
        self.promises, self.payers = FakePromises(stored), FakePayers(stored)
        self.tills = FakeTills(stored)
        self.inbox, self.idempotency = FakeInbox(stored), FakeIdempotency(stored)
        return self

    def __exit__(self, *error: Any) -> None:
        """Nothing was written yet."""

    def emit(self, data: EventData) -> None:
        self._stored.events.append((current_flow().correlation_id, data))

    def put_off(self, job: str, item: object, error: Exception) -> None:
        self._stored.put_off[job, str(item)] = error

    def pause(self, job: str, item: object, error: Exception) -> int:
        self.put_off(job, item, error)
        return 1

    def settled(self, job: str, items: Sequence[object]) -> None:
        for item in items:
            self._stored.put_off.pop((job, str(item)), None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        before = self._stored.copy()
        try:
            yield
        except BaseException:
            vars(self._stored).update(vars(before))
            raise

    def commit(self) -> None:
        self._world.stored = self._stored


class FakeWorld:
    """What is committed; called, it begins a transaction."""

    def __init__(self) -> None:
        self.stored = Stored()

    def __call__(self) -> FakeWork:
        return FakeWork(self)

    def told(self, kind: str) -> list[EventData]:
        return [event for _, event in self.stored.events if event.type == kind]
