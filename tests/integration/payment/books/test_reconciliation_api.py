"""Comparisons and the ledger as staff ask for them, and the job that compares, through their handlers."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from core.identity import Identity
from payment import composition, jobs
from payment.app import api
from shared_schemas.common import Role
from shared_schemas.payment.books import BookingLedger, Reconciliation
from tests.support.clock import NOW
from tests.support.payment.books import SINCE, UNTIL, Auditor
from tests.support.rest import ask

DAY = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000, aws_request_id="r1", function_name="f")


@pytest.fixture(autouse=True)
def deployed(auditor: Auditor) -> Iterator[None]:
    """Handlers use its app."""
    with composition.app.replaced(auditor.app):
        yield


def call(route: str, body: Any = None, role: Role = Role.MANAGER, **parts: dict[str, Any]) -> tuple[int, Any]:
    answer = ask(api, Identity(str(uuid4()), role), route, body, **parts)
    return answer.status, answer.body


def differing(auditor: Auditor) -> None:
    auditor.gateway.takes(str(uuid4()))


def test_staff_compare_and_look_it_up(auditor: Auditor) -> None:
    differing(auditor)
    auditor.morning()
    status, made = call("POST /v1/reconciliations", DAY)
    assert (status, made["data"][0]["counts"], len(made["data"])) == (201, {"unknown_here": 1}, 1)
    run = Reconciliation.model_validate(made["data"][0])
    assert call("GET /v1/reconciliations/{reconciliation_id}", path={"reconciliation_id": run.id}) == (
        200,
        made["data"][0],
    )
    status, listed = call("GET /v1/reconciliations")
    shown = {name: value for name, value in made["data"][0].items() if name != "differences"}
    assert (status, listed["data"]) == (200, [shown])


def test_pages_lead_from_the_newest_to_the_oldest(auditor: Auditor) -> None:
    auditor.morning()
    for _ in range(5):
        auditor.compared()
    auditor.clock.advance(minutes=1)
    newest = auditor.compared().id
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(3):
        _, page = call("GET /v1/reconciliations", query={"limit": 2, **cursor})
        seen += [run["id"] for run in page["data"]]
        cursor = {"cursor": page.get("next_cursor")}
    assert cursor == {"cursor": None}
    assert (seen[0], len(set(seen)), len(seen)) == (str(newest), 6, 6)


def test_the_list_can_be_narrowed(auditor: Auditor) -> None:
    auditor.morning()
    agreeing = auditor.compared().id
    differing(auditor)
    found = auditor.compared().id

    def ids(**query: Any) -> list[str]:
        return [run["id"] for run in call("GET /v1/reconciliations", query=query)[1]["data"]]

    assert ids(differing="true") == [str(found)]
    assert ids(differing="false") == [str(agreeing)]
    assert set(ids(provider="yookassa")) == {str(agreeing), str(found)}
    assert ids(provider="tkassa") == []


def problem(status: int, body: Any) -> tuple[int, str, list[tuple[str, str]]]:
    return status, body["code"], [(one["field"], one["code"]) for one in body.get("errors", [])]


@pytest.mark.parametrize(
    ("changes", "code", "errors"),
    [
        ({"until": DAY["since"]}, "rule_violation", [("until", "empty_span")]),
        ({"until": (NOW + timedelta(seconds=1)).isoformat()}, "rule_violation", [("until", "in_the_future")]),
        ({"since": (UNTIL - timedelta(days=32)).isoformat()}, "rule_violation", [("since", "span_too_long")]),
        ({"provider": "tkassa"}, "provider_unavailable", []),
        ({"provider": "paypal"}, "invalid_request", [("provider", "literal_error")]),
        ({"since": "2026-11-30T00:00:00"}, "invalid_request", [("since", "timezone_aware")]),
    ],
)
def test_bad_requests_name_the_field(auditor: Auditor, changes: Any, code: str, errors: list[tuple[str, str]]) -> None:
    auditor.morning()
    assert problem(*call("POST /v1/reconciliations", DAY | changes)) == (422, code, errors)
    assert auditor.rows("reconciliations") == 0


def test_what_is_not_there(auditor: Auditor) -> None:
    missing = call("GET /v1/reconciliations/{reconciliation_id}", path={"reconciliation_id": uuid4()})
    assert problem(*missing) == (404, "reconciliation_not_found", [])
    assert problem(*call("GET /v1/reconciliations", query={"cursor": "nonsense"})) == (422, "invalid_cursor", [])


@pytest.mark.parametrize(
    ("route", "parts"),
    [
        ("POST /v1/reconciliations", {"body": DAY}),
        ("GET /v1/reconciliations", {}),
        ("GET /v1/reconciliations/{reconciliation_id}", {"path": {"reconciliation_id": uuid4()}}),
        ("GET /v1/ledger", {"query": {"booking_id": uuid4()}}),
    ],
)
def test_books_are_for_staff(auditor: Auditor, route: str, parts: dict[str, Any]) -> None:
    assert call(route, role=Role.CLIENT, **parts)[0] == 403


def test_a_request_leaves_off_in_time_and_the_next_one_goes_on(auditor: Auditor) -> None:
    auditor.gateway.listless = True
    for _ in range(2):
        auditor.paid()
    auditor.morning()
    answer = auditor.gateway.fetch

    def slowly(gateway_payment_id: str) -> Any:
        auditor.clock.advance(seconds=10)
        return answer(gateway_payment_id)

    auditor.gateway.fetch = slowly  # type: ignore[method-assign]
    runs = [call("POST /v1/reconciliations", DAY)[1]["data"][0] for _ in range(2)]
    assert [(run["checked"], run.get("failure")) for run in runs] == [(1, "out_of_time"), (2, None)]


def test_the_ledger_of_a_booking(auditor: Auditor) -> None:
    payment = auditor.paid()
    refund = auditor.refund(payment, 50_000)
    auditor.paid()
    status, body = call("GET /v1/ledger", query={"booking_id": payment.booking_id})
    ledger = BookingLedger.model_validate(body)
    entries = [(entry.kind, entry.payment_id, entry.refund_id, entry.amount.amount) for entry in ledger.entries]
    assert entries == [("payment", payment.id, None, 200_000), ("refund", payment.id, refund.id, -50_000)]
    assert (status, ledger.balance.amount) == (200, 150_000)


def test_a_booking_without_payments_has_an_empty_one(auditor: Auditor) -> None:
    status, body = call("GET /v1/ledger", query={"booking_id": uuid4()})
    assert (status, body["entries"], body["balance"]["amount"]) == (200, [], 0)


def test_the_job_compares_the_day_that_is_over_once(auditor: Auditor) -> None:
    differing(auditor)
    auditor.morning()
    scheduled = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    assert jobs.reconcile(scheduled, CONTEXT) == {"done": 1, "differences": 1, "failed": 0, "more": False}
    assert jobs.reconcile(scheduled, CONTEXT) == {"done": 0, "differences": 0, "failed": 0, "more": False}
    (error,) = [envelope for envelope in auditor.broker.taken if envelope.type == "service.error"]
    assert error.data["operation"] == "reconcile"


def test_the_job_compares_another_time_where_it_is_told_to(auditor: Auditor) -> None:
    auditor.morning()
    for _ in range(2):
        assert jobs.reconcile({"detail": DAY}, CONTEXT)["done"] == 1
    assert {run.since for run in auditor.reconciliations._recent("yookassa")} == {SINCE}


def test_a_job_with_no_time_left_compares_nothing(auditor: Auditor) -> None:
    auditor.morning()
    hurried = SimpleNamespace(get_remaining_time_in_millis=lambda: 19_000)
    assert jobs.reconcile({}, hurried) == {"done": 0, "failed": 0, "more": True}
