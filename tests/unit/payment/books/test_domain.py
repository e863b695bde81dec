"""Comparing a gateway's books with ours: what counts as a difference, and which days are due."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.attempts.domain import Attempt
from payment.books.domain import (
    Run,
    compare,
    days_due,
    difference_alarm,
    ledger_differs,
    match,
    require_span,
    unknown_here,
)
from payment.gateways.words import GatewayPayment
from shared_schemas.errors import RuleViolationError
from tests.support.clock import NOW
from tests.support.payment.cashier import attempt, found

MIDNIGHT = datetime(2026, 5, 4, tzinfo=UTC)
DAY = timedelta(days=1)

OURS: dict[str, dict[str, Any]] = {
    "creating": {"status": "creating"},
    "pending": {"status": "pending"},
    "failed": {"status": "failed"},
    "review": {"status": "review"},
    "succeeded": {"status": "succeeded"},
    "review, taken": {"status": "review", "taken": 200_000},
    "went back": {"status": "failed", "taken": 200_000, "refunded": 200_000},
}
# Which words of the gateway are a difference, written out: no outcome is worked out here.
STATUS_DIFFERS = {
    "creating": {"succeeded", "failed"},
    "pending": {"succeeded", "failed"},
    "failed": {"succeeded", "held"},
    "review": {"succeeded"},
    "succeeded": {"pending", "held", "failed"},
    "review, taken": {"pending", "held", "failed"},
    "went back": {"pending", "held", "failed"},
}


def kinds(ours: Attempt, asked: int | None = None, **theirs: Any) -> list[str]:
    return [one.kind for one in compare(ours, ours.refunded if asked is None else asked, found(ours, **theirs))]


@pytest.mark.parametrize("theirs", ["pending", "held", "succeeded", "failed"])
@pytest.mark.parametrize("ours", OURS)
def test_each_pair_of_statuses(ours: str, theirs: str) -> None:
    of = attempt(**OURS[ours])
    expected = ["status_differs"] if theirs in STATUS_DIFFERS[ours] else []
    assert kinds(of, status=theirs, refunded=of.refunded) == expected


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        ({}, {"amount": 199_900}, True),
        ({}, {"currency": "USD"}, True),
        ({}, {"amount": 199_900, "status": "failed"}, False),
        ({"status": "succeeded"}, {"status": "succeeded"}, False),
        ({"status": "succeeded"}, {"status": "succeeded", "amount": 200_001}, True),
        ({"status": "succeeded", "taken": 199_900}, {"status": "succeeded"}, True),
    ],
)
def test_amounts(ours: dict[str, Any], theirs: dict[str, Any], differs: bool) -> None:
    assert ("amount_differs" in kinds(attempt(**ours), **theirs)) == differs


@pytest.mark.parametrize(
    ("refunded", "asked", "theirs", "differs"),
    [
        (0, 0, 0, False),
        (0, 0, 1, True),
        (500, 500, 500, False),
        (500, 500, 0, True),
        (500, 900, 500, False),
        (500, 900, 900, False),
        (500, 900, 901, True),
        (500, 900, 499, True),
        (0, 500, None, False),
        (0, 0, None, True),
    ],
)
def test_refunds_under_way_are_no_difference(refunded: int, asked: int, theirs: int | None, differs: bool) -> None:
    ours = attempt(status="succeeded", refunded=refunded)
    assert kinds(ours, asked, status="succeeded", refunded=theirs) == (["refunded_differs"] if differs else [])


def test_a_difference_shows_both_books() -> None:
    ours = attempt(status="succeeded", taken=200_000, refunded=500)
    (one,) = compare(ours, 500, found(ours, status="succeeded", refunded=700))
    assert (one.gateway_payment_id, one.payment_id, one.booking_id) == ("g1", ours.payment_id, ours.booking_id)
    assert one.ours and one.theirs
    assert (one.ours.status, one.ours.taken, one.ours.refunded) == ("succeeded", 200_000, 500)
    assert (one.theirs.status, one.theirs.taken, one.theirs.refunded) == ("succeeded", 200_000, 700)


@pytest.mark.parametrize(("status", "told"), [("succeeded", 1), ("held", 1), ("pending", 0), ("failed", 0)])
def test_what_is_unknown_matters_where_money_is_in_it(status: Any, told: int) -> None:
    stranger = GatewayPayment("g9", status, 500, "RUB", None)
    differences = unknown_here(stranger, None)
    assert [(one.kind, one.gateway_payment_id, one.payment_id) for one in differences] == [
        ("unknown_here", "g9", None)
    ] * told


def test_a_second_payment_of_an_attempt_is_a_stranger_that_names_it() -> None:
    ours = attempt(status="succeeded")
    first, second = found(ours, status="succeeded"), found(ours, id="g2", status="succeeded")
    matched = match([second, first], [ours])
    assert (matched.pairs, matched.strangers, matched.unlisted) == ([(ours, first)], [(ours, second)], [])
    assert unknown_here(second, ours)[0].payment_id == ours.payment_id


def test_an_attempt_whose_answer_got_lost_is_matched_by_our_own_id_and_to_the_money_first() -> None:
    ours = attempt(status="failed", gateway_payment_id=None)
    unpaid, paid = found(ours, id="g1"), found(ours, id="g2", status="succeeded")
    assert match([unpaid, paid], [ours]).pairs == [(ours, paid)]


def test_what_operators_read_names_the_payment_and_what_is_wrong() -> None:
    ours = attempt()
    told = difference_alarm(
        "yookassa", compare(ours, 0, found(ours, status="succeeded"))[0].model_copy(update={"repaired": True})
    )
    assert (told.operation, told.code, told.payment_id) == ("reconcile", "status_differs", ours.payment_id)
    assert told.detail == "yookassa g1; ours: pending, 0 taken; theirs: succeeded, 200000 taken; repaired"
    lost = difference_alarm("yookassa", ledger_differs(ours, None, 200_000, 0))
    assert (lost.code, lost.detail) == ("ledger_differs", "yookassa g1; moved: 200000; entered: 0")


@pytest.mark.parametrize(
    ("since", "until", "broken"),
    [
        (-DAY, timedelta(0), []),
        (-31 * DAY, timedelta(0), []),
        (-31 * DAY - timedelta(microseconds=1), timedelta(0), [("since", "span_too_long")]),
        (-DAY, -DAY, [("until", "empty_span")]),
        (-DAY, timedelta(microseconds=1), [("until", "in_the_future")]),
        (DAY, timedelta(hours=1), [("until", "empty_span"), ("until", "in_the_future")]),
    ],
)
def test_only_a_past_time_of_31_days_can_be_compared(
    since: timedelta, until: timedelta, broken: list[tuple[str, str]]
) -> None:
    if not broken:
        require_span(NOW + since, NOW + until, NOW)
        return
    with pytest.raises(RuleViolationError) as caught:
        require_span(NOW + since, NOW + until, NOW)
    assert [(one.field, one.code) for one in caught.value.violations] == broken
    assert "The period" in caught.value.message("en") and "Период" in caught.value.message("ru")


def run(first: float, days: float = 1, **changes: Any) -> Run:
    """A comparison of days before `MIDNIGHT`, made at noon of the day after it."""
    since = MIDNIGHT - first * DAY
    values: dict[str, Any] = {
        "source": "list",
        "checked": 0,
        "differences": (),
        "failure": None,
        "created_at": MIDNIGHT + DAY / 2,
    }
    return Run(uuid4(), "yookassa", since, since + days * DAY, **(values | changes))


def due(*runs: Run, now: datetime = MIDNIGHT + DAY / 2) -> list[int]:
    """How many days before `MIDNIGHT` each day that is due begins."""
    return [(MIDNIGHT - since) // DAY for since, until in days_due(now, runs) if until - since == DAY]


def test_yesterday_is_due_until_it_was_compared_to_its_end() -> None:
    assert due() == [1]
    assert due(run(1)) == []
    assert due(run(1, failure="out_of_time")) == [1]
    assert due(run(1, failure="out_of_time"), run(1)) == []
    assert due(run(1, days=0.9)) == [1]


def test_a_day_is_over_once_its_links_are_dead() -> None:
    soon = MIDNIGHT + timedelta(minutes=90)
    assert due(now=soon - timedelta(seconds=1)) == [2]
    assert due(now=soon) == [1]
    early = run(1, created_at=soon - timedelta(seconds=1))
    assert due(early) == [1]
    assert due(run(1, created_at=soon)) == []


def test_days_that_were_missed_are_made_up_for_within_a_week() -> None:
    assert due(run(3), run(2, failure="gateway_unavailable")) == [2, 1]
    assert due(run(20)) == [7, 6, 5, 4, 3, 2, 1]
    assert due(run(7, days=7)) == []


def test_nobody_asks_about_the_time_before_the_first_comparison() -> None:
    assert due(run(0, days=0.2)) == [1]
    assert due(run(2.5, days=0.2)) == [3, 2, 1]


@pytest.mark.parametrize(("asked", "differs"), [(0, True), (199_999, True), (200_000, False)])
def test_what_we_gave_back_on_its_day_is_no_difference_where_it_is_called_reversed(asked: int, differs: bool) -> None:
    ours = attempt(status="succeeded")
    theirs = found(ours, status="failed", reason="reversed")
    assert [one.kind for one in compare(ours, asked, theirs)] == (["status_differs"] if differs else [])
