"""Use cases of the drawer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError, decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.ports import Transaction
from payment.alarms import alarm
from payment.tills import ports
from payment.tills.domain import (
    CASH,
    StoredTill,
    cash_in,
    closed,
    missing,
    reopened,
    require_cash,
    require_open,
    view,
)
from payment.tills.errors import TillHasOpenPaymentsError, TillNotLastError, TillOpenError
from shared_schemas.common import Money, Page, SignedMoney
from shared_schemas.events.desk import TillClosed
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.tills import (
    Till,
    TillCloseRequest,
    TillEntriesQuery,
    TillEntry,
    TillMoveRequest,
    TillReopenRequest,
    TillRequest,
    TillsQuery,
)

LARGEST_NUMBER = 2**63 - 1


class Work(ports.Work, Transaction, Protocol):
    """A transaction on the drawer."""


@dataclass(frozen=True)
class Tills:
    """Open, fill, empty, count and reopen the drawer."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock

    def open(self, request: TillRequest, caller: Identity, key: IdempotencyKey | None) -> Till:
        """`TillOpenError` if one is open."""
        till = StoredTill(uuid4(), self._clock.now(), caller.subject, request.float.amount)
        with self._unit_of_work() as work:
            return work.once(key, Till, lambda: self._opened(work, till))

    def _opened(self, work: Work, till: StoredTill) -> Till:
        if work.tills.current():
            raise TillOpenError
        work.tills.add(till)
        return view(till, [])

    def page(self, query: TillsQuery) -> Page[Till]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.tills.page(after, query.limit + 1)
            sums = work.tills.sums([till.id for till in found])
        shown = [view(till, sums[till.id]) for till in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.opened_at, last.id))

    def get(self, till_id: UUID) -> Till:
        """`TillNotFoundError`."""
        with self._unit_of_work() as work:
            return self._view(work, work.tills.get(till_id))

    def entries(self, till_id: UUID, query: TillEntriesQuery) -> Page[TillEntry]:
        """What moved in it, in order; `TillNotFoundError`, `InvalidCursorError`."""
        after = _place(query.cursor)
        with self._unit_of_work() as work:
            found = work.tills.entries(work.tills.get(till_id).id, after, query.limit + 1)
        page = paged(found, query.limit, lambda last: encode_cursor(last[1].at, UUID(int=last[0])))
        return Page(data=[entry for _, entry in page.data], next_cursor=page.next_cursor)

    def move(self, till_id: UUID, request: TillMoveRequest, caller: Identity, key: IdempotencyKey | None) -> Till:
        """Cash in or out that is nobody's payment. `TillNotFoundError`, `TillClosedError`, `NotEnoughInTillError`."""
        with self._unit_of_work() as work:
            return work.once(key, Till, lambda: self._moved(work, till_id, request, caller))

    def _moved(self, work: Work, till_id: UUID, request: TillMoveRequest, caller: Identity) -> Till:
        till, amount = work.tills.get(till_id, lock=True), request.amount.amount
        require_open(till)
        if request.kind == "taken_out":
            require_cash(cash_in(till, work.tills.sums([till_id])[till_id]), amount)
            amount = -amount
        entry = TillEntry(
            kind=request.kind,
            method=CASH,
            amount=SignedMoney(amount=amount),
            by=caller.subject,
            reason=request.reason,
            at=self._clock.now(),
        )
        work.tills.enter(till_id, entry)
        return self._view(work, till)

    def close(self, till_id: UUID, request: TillCloseRequest, caller: Identity, key: IdempotencyKey | None) -> Till:
        """Count it. `TillNotFoundError`, `TillClosedError`; `TillHasOpenPaymentsError` unless they are to be left."""
        with self._unit_of_work() as work:
            return work.once(key, Till, lambda: self._closed(work, till_id, request, caller))

    def _closed(self, work: Work, till_id: UUID, request: TillCloseRequest, caller: Identity) -> Till:
        before, now = work.tills.get(till_id, lock=True), self._clock.now()
        terminal = request.terminal.amount if request.terminal else None
        after = closed(before, request.counted.amount, terminal, request.note, caller.subject, now)
        if not request.leave_open and (open_ones := work.tills.asked_for(before.opened_at, now)):
            raise TillHasOpenPaymentsError(numbers=", ".join(open_ones))
        work.tills.update(after)
        till = self._view(work, after)
        for event in _told(till):
            work.emit(event)
        return till

    def reopen(self, till_id: UUID, request: TillReopenRequest, caller: Identity) -> Till:
        """Take the last closing back. `TillNotFoundError`, `TillNotLastError`, and `TillOpenError` if it is open."""
        with self._unit_of_work() as work:
            before = work.tills.get(till_id, lock=True)
            if before.closed_at is None:
                raise TillOpenError
            if (last := work.tills.last()) is None or last.id != till_id:
                raise TillNotLastError
            after = reopened(before, request.reason, caller.subject, self._clock.now())
            work.tills.update(after)
            till = self._view(work, after)
            work.commit()
            return till

    @staticmethod
    def _view(work: Work, till: StoredTill) -> Till:
        return view(till, work.tills.sums([till.id])[till.id])


def _place(cursor: str | None) -> int:
    """Entries are in order of their numbers, whatever the clocks said."""
    _, last = decode_cursor(cursor) or (None, UUID(int=0))
    if last.int > LARGEST_NUMBER:
        raise InvalidCursorError
    return last.int


def _told(till: Till) -> list[EventData]:
    """That it was counted; staff are told if money is missing, or there is too much."""
    cash = next(count for count in till.counts if count.method == CASH)
    off = cash.difference or SignedMoney(amount=0)
    told = TillClosed(
        till_id=till.id,
        opened_at=till.opened_at,
        closed_at=till.closed_at or till.opened_at,
        expected=cash.expected,
        counted=cash.counted or Money(amount=0),
        difference=off,
    )
    if not missing(till):
        return [told]
    # Of the drawer its own event tells administrators; of the terminal alone nothing else does.
    what = "till" if off.amount else "terminal"
    return [told, alarm(what, "till_differs", f"Till {till.id} is {missing(till)} kopecks off", None)]
