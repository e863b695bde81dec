"""Transactions on the storage in memory: undone unless committed, with parts that may fail alone."""
# ruff: noqa: ARG002 - a fake has the arguments of what it stands for

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from uuid import UUID

from booking.calendar.ports import Claim
from booking.time.ranges import TimeRange
from core.unit_of_work import Repeatable
from shared_schemas.events.envelope import EventData
from tests.support.booking.fakes import (
    AddOns,
    Bookings,
    Claims,
    Customers,
    Halls,
    Holds,
    Policies,
    Prices,
    PromoCodes,
    Quotes,
    State,
    Times,
    Waitlist,
)


class NobodyWants:
    """Closures and calendars that want nothing."""

    def meet(self, spaces: Collection[UUID]) -> list[Claim]:
        return []


@dataclass
class FreedTime:
    """Who waits, and what they were offered and told of."""

    spaces: frozenset[UUID] = frozenset()
    offered: list[Claim] = field(default_factory=list)
    settled: list[tuple[UUID, str]] = field(default_factory=list)

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        return self.spaces

    def offer(self, claims: Sequence[Claim]) -> None:
        self.offered += claims

    def settle(self, booking_id: UUID, outcome: Literal["accepted", "missed"]) -> None:
        self.settled.append((booking_id, outcome))


class Idempotency:
    def __init__(self, state: State) -> None:
        self._state = state

    def replay(self, key: Any) -> Mapping[str, Any] | None:
        return self._state.answers.get(key.value) if key else None

    def remember(self, key: Any, answer: dict[str, Any]) -> None:
        if key:
            self._state.answers[key.value] = answer


class Memory:
    """What is stored, and the transactions on it. A store has what sales, changes and offers ask of it, no more."""

    def __init__(self) -> None:
        self.state = State()
        self.freed = FreedTime()

    def begin(self) -> Any:
        """A transaction; any `Work` to a type checker, as the stores are not whole."""
        return Work(self)


class Work(Repeatable):
    """A transaction in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.freed_time = memory.freed

    def __enter__(self) -> Self:
        self._committed = copy.deepcopy(self._memory.state)
        self.claims = Claims(self._memory.state)
        self._open()
        return self

    def __exit__(self, *_error: object) -> None:
        self._memory.state = self._committed

    def _open(self) -> None:
        state = self._memory.state
        self.claims.state = state
        self.halls, self.times, self.bookings = Halls(state), Times(state), Bookings(state)
        self.holds, self.prices, self.quotes = Holds(state), Prices(state), Quotes(state)
        self.add_ons, self.promo_codes = AddOns(state), PromoCodes(state)
        self.customers, self.policies, self.waitlist = Customers(state), Policies(state), Waitlist(state)
        self.unmet_claims, self.idempotency = NobodyWants(), Idempotency(state)

    def foresee_sale(self, *_question: object, quoted: bool) -> None:
        """Nothing is slow here."""

    def emit(self, data: EventData) -> None:
        self._memory.state.events.append(data)

    def put_off(self, job: str, item: object, error: Exception) -> None:
        self._memory.state.paused.append(item)

    def pause(self, job: str, item: object, error: Exception) -> int:
        self._memory.state.paused.append(item)
        return 1

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        before, locked = copy.deepcopy(self._memory.state), self.claims.locked
        try:
            yield
        except BaseException:
            self._memory.state = before
            self.claims.locked = locked
            self._open()
            raise

    def commit(self) -> None:
        self._committed = copy.deepcopy(self._memory.state)


class NoAlternatives:
    """Refusals go out as they are."""

    def beside(self, refusal: Any, _request: object, _without: UUID | None = None) -> Any:
        return refusal
