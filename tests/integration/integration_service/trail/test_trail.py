"""The trail on real PostgreSQL: kept once, found by who did what to what and when, given as a file."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.engine import URL

from core.http.paging import encode_cursor
from core.identity import Identity
from integration import composition
from integration.app import api
from integration.consumers import keep_trail
from integration.settings import IntegrationSettings
from integration.trail import service
from integration.trail.tables import operator_actions
from shared_schemas.common import Role
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import StaffActed
from shared_schemas.integration.trail import OperatorAction, OperatorActionsQuery
from tests.support.booking.made import NOW
from tests.support.database import administer
from tests.support.rest import Answer, ask
from tests.support.samples import sample
from tests.support.system.environment import Context
from tests.support.world import world

MANAGER = Identity(str(uuid4()), Role.MANAGER)
ANNA, BORIS = UUID(int=1), UUID(int=2)


@pytest.fixture
def app(engine: Engine, database: URL) -> Iterator[composition.App]:
    made = composition.App(world("integration", IntegrationSettings, engine))
    with composition.app.replaced(made):
        yield made
    # The service itself may not.
    administer(database, "TRUNCATE integration.operator_actions")


def acted(minutes: float = 0, **changes: Any) -> Envelope:
    values: dict[str, Any] = {"actor_id": ANNA, "actor_role": "manager", "action": "block_customer"}
    data = StaffActed.model_validate(values | {"target": "customer:1"} | changes)
    time = NOW + timedelta(minutes=minutes)
    return Envelope.wrap(data, time=time, source="booking", correlation_id="a-flow", causation_id=None)


def record(app: composition.App, envelope: Envelope) -> None:
    data = envelope.payload()
    assert isinstance(data, StaffActed)
    app.trail.record(envelope, data)


def found(app: composition.App, **query: Any) -> list[OperatorAction]:
    return app.trail.page(OperatorActionsQuery.model_validate(query)).data


def listed(**query: Any) -> Answer:
    return ask(api, MANAGER, "GET /v1/operator-actions", query=query)


def test_a_line_is_kept_whole_and_once(app: composition.App) -> None:
    session = uuid4()
    envelope = acted(
        session_id=session, reason="a test", network="192.0.2.0/24", before={"percent": None}, after={"percent": 50}
    )

    for _ in range(2):
        record(app, envelope)

    [kept] = found(app)
    assert (kept.actor, kept.role, kept.action, kept.target) == (ANNA, "manager", "block_customer", "customer:1")
    assert (kept.before, kept.after, kept.network) == ({"percent": None}, {"percent": 50}, "192.0.2.0/24")
    assert (kept.at, kept.reason, kept.session_id, kept.correlation_id) == (NOW, "a test", session, "a-flow")


def test_an_event_of_another_service_becomes_a_line(app: composition.App) -> None:
    for _ in range(2):
        assert keep_trail(sample("sqs_staff_acted"), Context()) == {"batchItemFailures": []}
    [kept] = found(app)
    assert (kept.action, kept.after) == ("set_customer_prepayment", {"prepayment_percent": 100})


def test_a_line_of_before_has_what_was_kept_then(app: composition.App, engine: Engine) -> None:
    old = {"at": NOW, "actor": ANNA, "action": "redrive", "target": "queue:some", "after": {"letters": ["1"]}}
    with engine.begin() as connection:
        connection.execute(insert(operator_actions).values(old))
    [kept] = found(app)
    assert (kept.after, kept.before, kept.role) == ({"letters": ["1"]}, {}, None)


def test_lines_are_found_by_who_what_to_what_and_when(app: composition.App) -> None:
    record(app, acted(0))
    record(app, acted(1, actor_id=BORIS))
    record(app, acted(2, action="unblock_customer"))
    record(app, acted(3, target="customer:2"))
    record(app, acted(4, actor_id=None, action="sign_in_failed"))

    def minutes(**query: Any) -> list[int]:
        return [(each.at - NOW) // timedelta(minutes=1) for each in found(app, **query)]

    assert minutes() == [4, 3, 2, 1, 0]
    assert minutes(actor=BORIS) == [1]
    assert minutes(action="unblock_customer") == [2]
    assert minutes(target="customer:2") == [3]
    assert minutes(actor=ANNA, target="customer:1") == [2, 0]
    assert minutes(**{"from": NOW + timedelta(minutes=1), "to": NOW + timedelta(minutes=3)}) == [2, 1]


def test_pages_join_into_the_whole_list(app: composition.App) -> None:
    for number in range(5):
        record(app, acted(number // 2, target=f"customer:{number}"))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = listed(limit=2, **cursor).body
        seen += [each["target"] for each in page["data"]]
        if "next_cursor" not in page:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(seen) == [f"customer:{number}" for number in range(5)]
    for forged in ("eA", encode_cursor(NOW, UUID(int=2**63))):
        assert listed(cursor=forged).code == "invalid_cursor"


def test_a_file_has_every_line_and_no_formula(app: composition.App) -> None:
    for number in range(3):
        record(app, acted(number, target="=cmd", before={"a": 1}))
    answer = listed(format="csv", limit=1)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "operator-actions.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    assert [row["target"] for row in rows] == ["'=cmd"] * 3
    assert (rows[0]["before"], rows[0]["after"], rows[0]["actor"]) == ('{"a": 1}', "", str(ANNA))


def test_a_file_that_would_be_too_large_is_refused(app: composition.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LONGEST_FILE", 2)
    for number in range(3):
        record(app, acted(number))
    refused = listed(format="csv")
    assert (refused.status, refused.code) == (422, "too_many_lines")
    assert len(list(csv.reader(io.StringIO(listed(format="csv", to=NOW + timedelta(minutes=2)).body)))) == 3
