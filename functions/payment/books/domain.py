"""When a gateway's books and ours differ. Payments that are open in both do not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from payment.alarms import alarm
from payment.attempts.domain import OPEN, Attempt
from payment.gateways.words import GatewayPayment
from payment.refunds.domain.refund import REVERSED
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.events.operations import ServiceError
from shared_schemas.payment.books import (
    BookSide,
    Difference,
    DifferenceKind,
    Reconciliation,
    ReconciliationFailure,
    ReconciliationSource,
    ReconciliationSummary,
)
from shared_schemas.providers import Tender

DAY = timedelta(days=1)
LONGEST_SPAN = 31 * DAY
# By then the links made in a day's last minutes have expired and their outcome is known.
SETTLED_AFTER = timedelta(minutes=90)
# How many missed days are compared later.
LOOK_BACK = 7 * DAY

EMPTY_SPAN = Text(
    "The period must end after it begins, {after}", "Период должен закончиться позже, чем начался, {after}"
)
LONG_SPAN = Text("The period may have {max_days} days at most", "Период не может быть длиннее {max_days} дней")
FUTURE_SPAN = Text(
    "The period must end in the past, by {max} at the latest", "Период должен закончиться в прошлом, не позже {max}"
)


@dataclass(frozen=True)
class Span:
    """Payments of one gateway that were created in [since, until), or what moved then at the desk by one method."""

    provider: Tender
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Run:
    """A comparison so far; `checked` counts payments, `failure` says why it stopped."""

    id: UUID
    provider: Tender
    since: datetime
    until: datetime
    source: ReconciliationSource
    checked: int
    differences: tuple[Difference, ...]
    failure: ReconciliationFailure | None
    created_at: datetime


@dataclass(frozen=True)
class Matched:
    """A gateway's list matched with ours: in both, only at the gateway, only here."""

    pairs: list[tuple[Attempt, GatewayPayment]]
    strangers: list[tuple[Attempt | None, GatewayPayment]]
    unlisted: list[Attempt]


def match(listed: Sequence[GatewayPayment], attempts: Sequence[Attempt]) -> Matched:
    """Matched by the gateway's id; by ours only if the attempt has no other payment there.

    An unknown payment that names one of our attempts is returned with it: the attempt was or may be paid twice."""
    by_theirs = {attempt.gateway_payment_id: attempt for attempt in attempts if attempt.gateway_payment_id}
    by_ours = {str(attempt.id): attempt for attempt in attempts}
    matched = Matched([], [], [])
    taken: set[UUID] = set()
    # If two payments claim an attempt whose gateway id was lost, the one with money is more likely.
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
    """How the two books differ on a payment; `asked` is what was refunded or is being refunded, in kopecks."""
    return [_difference(kind, ours, theirs) for kind in _kinds(ours, asked, theirs)]


def _kinds(ours: Attempt, asked: int, theirs: GatewayPayment) -> Iterator[DifferenceKind]:
    if _status_differs(ours, asked, theirs):
        yield "status_differs"
    if theirs.status != "failed" and _amount_differs(ours, theirs):
        yield "amount_differs"
    if ours.taken and theirs.status == "succeeded" and _refunded_differs(ours, asked, theirs):
        yield "refunded_differs"


def _status_differs(ours: Attempt, asked: int, theirs: GatewayPayment) -> bool:
    """Mostly, whether money came in. An expired link that nobody paid is no difference, and some gateways say of money
    returned on the same day that it was never paid."""
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
    """A refund in progress may count or not. A gateway that does not say how much was refunded has begun one."""
    if theirs.refunded is None:
        return asked == 0
    return not ours.refunded <= theirs.refunded <= asked


def unknown_here(theirs: GatewayPayment, claimed: Attempt | None) -> list[Difference]:
    """A payment at the gateway that is not ours, if it has money in it."""
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
    """The gateway does not know a payment although we have its id for it."""
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


def till_differs(ours: Attempt, refund_id: UUID | None, counted: int, entered: int) -> Difference:
    """Money of the desk that its till and the ledger have differently."""
    return ledger_differs(ours, refund_id, counted, entered).model_copy(update={"kind": "till_differs"})


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


def difference_alarm(provider: str, difference: Difference) -> ServiceError:
    """The alarm to staff about a difference; the report has the details."""
    sides = {"ours": difference.ours, "theirs": difference.theirs}
    words = [f"{name}: {side.status}, {side.taken} taken" for name, side in sides.items() if side]
    if difference.kind in ("ledger_differs", "till_differs"):
        words = [f"moved: {difference.moved}", f"entered: {difference.entered}"]
    detail = "; ".join(
        [
            f"{provider} {difference.gateway_payment_id or difference.payment_id}",
            *words,
            *["repaired"] * difference.repaired,
        ]
    )
    return alarm("reconcile", difference.kind, detail, difference)


def require_span(since: datetime, until: datetime, now: datetime) -> None:
    """`RuleViolationError` unless the span is in the past and at most 31 days long."""
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
    """Past days (UTC) that were not compared to their end yet, oldest first.

    These are yesterday and the week before it, but none before the first comparison: the gateway was off then."""
    last = datetime.combine((now - SETTLED_AFTER).astimezone(UTC), time(), UTC) - DAY
    first = max(min([last, *(run.since for run in runs)]), last + DAY - LOOK_BACK)
    first = datetime.combine(first.astimezone(UTC), time(), UTC)
    days = [first + number * DAY for number in range((last - first) // DAY + 1)]
    return [(day, day + DAY) for day in days if not any(_covers(run, day) for run in runs)]


def _covers(run: Run, day: datetime) -> bool:
    done = run.failure is None and run.created_at >= day + DAY + SETTLED_AFTER
    return done and run.since <= day and day + DAY <= run.until


def summary(run: Run) -> ReconciliationSummary:
    """The comparison as shown in a list."""
    return ReconciliationSummary(**_shown(run))


def view(run: Run) -> Reconciliation:
    """The comparison with all differences."""
    return Reconciliation(**_shown(run), differences=list(run.differences))


def _shown(run: Run) -> dict[str, Any]:
    counts = Counter(difference.kind for difference in run.differences)
    return {name: value for name, value in vars(run).items() if name != "differences"} | {"counts": dict(counts)}
