"""Reports at the service's door, as the environment alone puts it together."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from core.identity import Identity
from integration import composition
from integration.app import api
from integration.consumers import keep_reports
from integration.jobs import rebuild_reports
from shared_schemas.common import Role
from tests.support.database import EngineFor
from tests.support.integration.reports import HALL
from tests.support.rest import Answer, call, rest_event
from tests.support.samples import envelope, sample
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.environment import Context, deployed

MANAGER = Identity(str(uuid4()), Role.MANAGER)
PAID = envelope("sqs_payment_succeeded")
PERIOD = {"from": "2026-11-01", "to": "2026-12-31"}
REPORTS = ("utilisation", "revenue", "holds", "lead-time", "no-shows", "promo-codes")
OPEN = {"start": "2026-12-01T09:00:00+03:00", "end": "2026-12-01T11:00:00+03:00"}
HOURS = {"data": [{"hall_id": str(HALL), "hall_name": "Big", "timezone": "Europe/Moscow", "open": [OPEN]}]}


@pytest.fixture
def world(engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    engine: Engine = engine_for("integration")
    with scripted_server() as script, deployed(composition.app, engine, script.url, monkeypatch):
        yield script


def ask(report: str, who: Identity | None = MANAGER, **query: str) -> Answer:
    return call(api, rest_event(f"GET /v1/reports/{report}", query=PERIOD | query, identity=who))


def test_a_payment_of_the_queue_is_in_the_report_once(world: Script) -> None:
    for _ in range(2):
        assert keep_reports(sample("sqs_payment_succeeded"), Context()) == {"batchItemFailures": []}

    body = ask("revenue", by="provider").body

    amount = PAID.data["amount"]
    row = {"provider": PAID.data["provider"], "payments": 1, "gross": amount, "net": amount}
    none = {"refunds": {"amount": 0, "currency": "RUB"}}
    assert body["rows"] == [row | none]
    assert body["totals"] == {name: value for name, value in (row | none).items() if name != "provider"}
    assert body["question"] == PERIOD | {"by": "provider", "format": "json", "timezone": "Europe/Moscow"}
    assert world.asked == []


def test_opening_hours_are_those_that_booking_tells(world: Script) -> None:
    world.answers = [(200, HOURS)]

    answer = ask("utilisation", by="day")

    (asked,) = world.asked
    assert asked.path == "/v1/open-hours?from=2026-11-01&to=2026-12-31"
    assert asked.headers["authorization"].startswith("Bearer ")
    figures = {"sold_minutes": 0, "outside_minutes": 0, "open_minutes": 120, "percent": 0.0}
    assert answer.body["rows"] == [{"date": "2026-12-01"} | figures]


def test_without_opening_hours_there_is_no_utilisation_for_now(world: Script) -> None:
    world.answers = [(503, {})]

    answer = ask("utilisation")

    assert (answer.status, answer.code) == (503, "halls_unavailable")


@pytest.mark.parametrize("report", REPORTS)
def test_a_spreadsheet_of_each(world: Script, report: str) -> None:
    world.answers = [(200, HOURS)] * 2

    answer = ask(report, format="csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    first, *rows = csv.reader(io.StringIO(answer.body, newline=""))
    assert all(len(row) == len(first) > 2 for row in rows)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("report", REPORTS)
def test_staff_alone_may_look(report: str) -> None:
    assert ask(report, Identity(str(uuid4()), Role.CLIENT)).status == 403
    assert ask(report, None).status == 401


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"to": "2026-11-01"}, "to", "empty_period"),
        ({"to": "2029-12-31"}, "to", "period_too_long"),
        ({"from": "yesterday"}, "from", None),
        ({"hall_id": "1"}, "hall_id", None),
        ({"format": "pdf"}, "format", None),
        ({"by": "moon"}, "by", None),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(report: str, query: dict[str, str], field: str, code: Any) -> None:
    answer = ask(report, MANAGER, **query)

    assert answer.status == 422
    (error,) = answer.body["errors"]
    assert error["field"] == field
    assert code in (None, error["code"])


def rebuilt(**event: bool) -> dict[str, int]:
    """What the job says, without the days that it added up: how many are over, the clock decides."""
    return {name: number for name, number in rebuild_reports(event, Context()).items() if name != "added_up"}


@pytest.mark.usefixtures("world")
def test_the_job_computes_all_of_it_anew() -> None:
    # The first is under way since the database was made.
    nothing = {"done": 0, "checked": 0, "corrected": 0, "failed": 0, "more": False}
    assert rebuilt() == nothing
    composition.app().event_log.record(
        PAID.model_copy(update={"id": uuid4(), "data": PAID.data | {"payment_id": str(UUID(int=9))}})
    )
    assert rebuilt() == nothing
    assert rebuilt(start=True) == nothing | {"checked": 1, "corrected": 1}
