"""The drawer: what should be in it, and what is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from payment.tills.errors import NotEnoughInTillError, TillClosedError
from shared_schemas.common import Money, SignedMoney
from shared_schemas.payment.tills import Till, TillCount, TillEntryKind, TillTotal
from shared_schemas.providers import DESK_METHODS, DeskMethod

CASH: DeskMethod = "cash"
TERMINAL: DeskMethod = "terminal"


@dataclass(frozen=True)
class StoredTill:
    """A till as it is kept; `float` is what lay in it, `counted` and `terminal` what was there at its end."""

    id: UUID
    opened_at: datetime
    opened_by: str
    float: int
    closed_at: datetime | None = None
    closed_by: str | None = None
    counted: int | None = None
    terminal: int | None = None
    note: str | None = None
    reopened_at: datetime | None = None
    reopened_by: str | None = None
    reopen_reason: str | None = None


@dataclass(frozen=True)
class Sum:
    """What one person moved by one method, in kopecks; below zero what left."""

    kind: TillEntryKind
    method: DeskMethod
    by: str
    amount: int


def require_open(till: StoredTill) -> None:
    """`TillClosedError`."""
    if till.closed_at:
        raise TillClosedError


def cash_in(till: StoredTill, sums: Iterable[Sum]) -> int:
    """What should lie in the drawer."""
    return till.float + sum(each.amount for each in sums if each.method == CASH)


def require_cash(there: int, amount: int) -> None:
    """`NotEnoughInTillError` if so much cannot be taken out."""
    if amount > there:
        raise NotEnoughInTillError(there=max(there, 0))


def closed(
    till: StoredTill, counted: int, terminal: int | None, note: str | None, by: str, now: datetime
) -> StoredTill:
    """The till once it was counted. `TillClosedError`."""
    require_open(till)
    return replace(till, closed_at=now, closed_by=by, counted=counted, terminal=terminal, note=note)


def reopened(till: StoredTill, reason: str, by: str, now: datetime) -> StoredTill:
    """The closed till, as if it had not been counted."""
    uncounted = replace(till, closed_at=None, closed_by=None, counted=None, terminal=None)
    return replace(uncounted, reopened_at=now, reopened_by=by, reopen_reason=reason)


def missing(till: Till) -> int:
    """How far all that was counted is off, in kopecks; below zero where money is missing."""
    return sum(count.difference.amount for count in till.counts if count.difference)


def view(till: StoredTill, sums: Sequence[Sum]) -> Till:
    """The till as staff see it."""
    moved = {kind: sum(abs(each.amount) for each in sums if each.kind == kind) for kind in ("put_in", "taken_out")}
    shown = ("id", "opened_at", "opened_by", "closed_at", "closed_by", "note")
    again = ("reopened_at", "reopened_by", "reopen_reason")
    return Till(
        **{name: getattr(till, name) for name in (*shown, *again)},
        float=Money(amount=till.float),
        **{kind: Money(amount=amount) for kind, amount in moved.items()},
        counts=list(_counts(till, sums)),
        totals=_totals(sums),
    )


def _counts(till: StoredTill, sums: Sequence[Sum]) -> Iterable[TillCount]:
    expected = {method: sum(each.amount for each in sums if each.method == method) for method in DESK_METHODS}
    expected[CASH] += till.float
    counted = {CASH: till.counted, TERMINAL: till.terminal}
    for method in DESK_METHODS:
        there = counted.get(method)
        if method == CASH or expected[method] or there is not None:
            yield TillCount(
                method=method,
                expected=SignedMoney(amount=expected[method]),
                counted=None if there is None else Money(amount=there),
                difference=None if there is None else SignedMoney(amount=there - expected[method]),
            )


def _totals(sums: Sequence[Sum]) -> list[TillTotal]:
    people = sorted({(each.method, each.by) for each in sums if each.kind not in ("put_in", "taken_out")})
    return [
        TillTotal(
            method=method,
            by=by,
            taken=Money(amount=_of(sums, method, by, "payment", "held_in")),
            given_back=Money(amount=_of(sums, method, by, "refund", "held_out")),
        )
        for method, by in people
    ]


def _of(sums: Sequence[Sum], method: DeskMethod, by: str, *kinds: TillEntryKind) -> int:
    theirs = (each for each in sums if (each.method, each.by) == (method, by))
    return abs(sum(each.amount for each in theirs if each.kind in kinds))
