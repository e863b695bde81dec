"""What it means that a gateway's books and ours differ. Payments that are open in both are no difference."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from payment.domain import OPEN, Attempt
from payment.domain_gateway import GatewayPayment
from payment.domain_refunds import REVERSED
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.events import Provider, ServiceError
from shared_schemas.reconciliation import (
    BookSide,
    Difference,
    DifferenceKind,
    Reconciliation,
    ReconciliationFailure,
    ReconciliationSource,
    ReconciliationSummary,
)

DAY = timedelta(days=1)
LONGEST_SPAN = 31 * DAY
# By then the links of a day's last minutes are dead and what became of them was asked.
SETTLED_AFTER = timedelta(minutes=90)
# So many days that could not be compared are made up for.
LOOK_BACK = 7 * DAY

EMPTY_SPAN = Text("must be after since, {after}", "должно быть позже since, {after}")
LONG_SPAN = Text("at most {max_days} days before until", "не раньше чем за {max_days} дней до until")
FUTURE_SPAN = Text("must not be in the future: {max} at the latest", "не может быть в будущем: не позже {max}")


@dataclass(frozen=True)
class Span:
    """Payments of one gateway that were created in [since, until)."""

    provider: Provider
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Run:
    """A comparison as far as it came; `checked` counts payments, `failure` says why no further."""

    id: UUID
    provider: Provider
    since: datetime
    until: datetime
    source: ReconciliationSource
    checked: int
    differences: tuple[Difference, ...]
    failure: ReconciliationFailure | None
    created_at: datetime


@dataclass(frozen=True)
class Matched:
    """A gateway's list beside ours: what both have, what only the gateway has, what only we have."""

    pairs: list[tuple[Attempt, GatewayPayment]]
    strangers: list[tuple[Attempt | None, GatewayPayment]]
    unlisted: list[Attempt]


def match(listed: Sequence[GatewayPayment], attempts: Sequence[Attempt]) -> Matched:
    """By the gateway's id; by ours only where the attempt has no other payment there.

    A stranger that names one of our attempts comes with it: the attempt has been paid, or may be, a second time."""
    by_theirs = {attempt.gateway_payment_id: attempt for attempt in attempts if attempt.gateway_payment_id}
    by_ours = {str(attempt.id): attempt for attempt in attempts}
    matched = Matched([], [], [])
    taken: set[UUID] = set()
    # Of two payments that claim an attempt whose gateway's id got lost, the one with money in it is the likelier.
    for payment in sorted(listed, key=lambda payment: payment.status != "succeeded"):
        claimed = by_ours.get(payment.attempt_id or "")
        attempt = by_theirs.get(payment.id) or claimed
        if attempt is None or attempt.id in taken or attempt.gateway_payment_id not in (None, payment.id):
            matched.strangers.append((claimed, payment))
        else:
            taken.add(attempt.id)
            matched.pairs.append((attempt, payment))
    matched.unlisted.extend(attempt for attempt in attempts if attempt.id not in taken)
    return matched


def compare(ours: Attempt, asked: int, theirs: GatewayPayment) -> list[Difference]:
    """In what the two books differ about a payment; `asked` is what went back of it or is on its way, in kopecks."""
    return [_difference(kind, ours, theirs) for kind in _kinds(ours, asked, theirs)]


def _kinds(ours: Attempt, asked: int, theirs: GatewayPayment) -> Iterator[DifferenceKind]:
    if _status_differs(ours, asked, theirs):
        yield "status_differs"
    if theirs.status != "failed" and _amount_differs(ours, theirs):
        yield "amount_differs"
    if ours.taken and theirs.status == "succeeded" and _refunded_differs(ours, asked, theirs):
        yield "refunded_differs"


def _status_differs(ours: Attempt, asked: int, theirs: GatewayPayment) -> bool:
    """Whether money came in, first of all. A link that we gave up and that nobody has paid costs nobody anything, and
    of what was given back on its day some gateways say that it was never paid."""
    if ours.taken and theirs.status == "failed" and theirs.reason == REVERSED:
        return asked < ours.taken
    if bool(ours.taken) != (theirs.status == "succeeded"):
        return True
    if ours.status in OPEN:
        return theirs.status == "failed"
    return ours.status == "failed" and theirs.status == "held"


def _amount_differs(ours: Attempt, theirs: GatewayPayment) -> bool:
    if (theirs.amount, theirs.currency) != (ours.amount.amount, ours.amount.currency):
        return True
    return ours.taken > 0 and theirs.status == "succeeded" and theirs.amount != ours.taken


def _refunded_differs(ours: Attempt, asked: int, theirs: GatewayPayment) -> bool:
    """A refund that is under way counts on either side; a gateway that does not say how much has begun one."""
    if theirs.refunded is None:
        return asked == 0
    return not ours.refunded <= theirs.refunded <= asked


def unknown_here(theirs: GatewayPayment, claimed: Attempt | None) -> list[Difference]:
    """A payment of the gateway's that is none of ours, if there is somebody's money in it."""
    if theirs.status not in ("succeeded", "held"):
        return []
    return [
        Difference(
            kind="unknown_here",
            gateway_payment_id=theirs.id,
            payment_id=claimed.payment_id if claimed else None,
            booking_id=claimed.booking_id if claimed else None,
            theirs=_their_side(theirs),
        )
    ]


def unknown_there(ours: Attempt) -> Difference:
    """Its gateway denies a payment that we have its own id of."""
    return _difference("unknown_there", ours, None)


def ledger_differs(ours: Attempt, refund_id: UUID | None, moved: int, entered: int) -> Difference:
    return Difference(
        kind="ledger_differs",
        gateway_payment_id=ours.gateway_payment_id,
        payment_id=ours.payment_id,
        booking_id=ours.booking_id,
        refund_id=refund_id,
        moved=moved,
        entered=entered,
    )


def _difference(kind: DifferenceKind, ours: Attempt, theirs: GatewayPayment | None) -> Difference:
    return Difference(
        kind=kind,
        gateway_payment_id=theirs.id if theirs else ours.gateway_payment_id,
        payment_id=ours.payment_id,
        booking_id=ours.booking_id,
        ours=BookSide(status=ours.status, amount=ours.amount.amount, taken=ours.taken, refunded=ours.refunded),
        theirs=_their_side(theirs) if theirs else None,
    )


def _their_side(theirs: GatewayPayment) -> BookSide:
    return BookSide(
        status=theirs.status,
        amount=theirs.amount,
        taken=theirs.amount if theirs.status == "succeeded" else 0,
        refunded=theirs.refunded,
        currency=theirs.currency,
    )


def alarm(provider: str, difference: Difference) -> ServiceError:
    """What an operator reads of a difference; the report has the rest."""
    sides = {"ours": difference.ours, "theirs": difference.theirs}
    words = [f"{name}: {side.status}, {side.taken} taken" for name, side in sides.items() if side]
    if difference.kind == "ledger_differs":
        words = [f"moved: {difference.moved}", f"entered: {difference.entered}"]
    return ServiceError(
        service="payment",
        operation="reconcile",
        code=difference.kind,
        detail="; ".join([f"{provider} {difference.gateway_payment_id}", *words, *["repaired"] * difference.repaired]),
        booking_id=difference.booking_id,
        payment_id=difference.payment_id,
    )


def require_span(since: datetime, until: datetime, now: datetime) -> None:
    """`RuleViolationError` unless it is a past time of 31 days at most."""
    broken = []
    if until <= since:
        broken.append(Violation("until", "empty_span", EMPTY_SPAN, {"after": since.isoformat()}))
    if until - since > LONGEST_SPAN:
        broken.append(Violation("since", "span_too_long", LONG_SPAN, {"max_days": LONGEST_SPAN.days}))
    if until > now:
        broken.append(Violation("until", "in_the_future", FUTURE_SPAN, {"max": now.isoformat()}))
    if broken:
        raise RuleViolationError(broken)


def days_due(now: datetime, runs: Sequence[Run]) -> list[tuple[datetime, datetime]]:
    """Days (UTC) that are over and were not compared to their end yet, the oldest first.

    Yesterday, and of the week before it what followed the first comparison of all: nobody asks about a time before the
    gateway was on."""
    last = datetime.combine((now - SETTLED_AFTER).astimezone(UTC), time(), UTC) - DAY
    first = max(min([last, *(run.since for run in runs)]), last + DAY - LOOK_BACK)
    first = datetime.combine(first.astimezone(UTC), time(), UTC)
    days = [first + number * DAY for number in range((last - first) // DAY + 1)]
    return [(day, day + DAY) for day in days if not any(_covers(run, day) for run in runs)]


def _covers(run: Run, day: datetime) -> bool:
    done = run.failure is None and run.created_at >= day + DAY + SETTLED_AFTER
    return done and run.since <= day and day + DAY <= run.until


def summary(run: Run) -> ReconciliationSummary:
    """The comparison as a list shows it."""
    return ReconciliationSummary(**_shown(run))


def view(run: Run) -> Reconciliation:
    """The comparison with all that it found."""
    return Reconciliation(**_shown(run), differences=list(run.differences))


def _shown(run: Run) -> dict[str, Any]:
    counts = Counter(difference.kind for difference in run.differences)
    return {name: value for name, value in vars(run).items() if name != "differences"} | {"counts": dict(counts)}
