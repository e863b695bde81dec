"""What people agree to, on real PostgreSQL and through the routes."""

from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select

from core.clock import SystemClock
from gateway.consents.domain import document
from gateway.tables import consent_documents, delivery
from gateway.unit_of_work import GatewayUnitOfWork
from shared_schemas.gateway.consents import ConsentReplacement
from tests.support.database import EngineFor, RecordingPublisher, somebody_waits
from tests.support.privacy.agreeing import ADMIN, GET, NOW_IN_FORCE, PUT, TEXTS, ask, publish, told

pytestmark = pytest.mark.usefixtures("whole_gateway")


def test_a_fresh_studio_has_something_to_agree_to() -> None:
    shown = ask("GET /v1/consents").body["data"]
    assert [(each["kind"], each["required"], each["current"]) for each in shown] == [
        ("personal_data", True, True), ("offer", False, True), ("advertising", False, True),
    ]  # fmt: skip
    for each in shown:
        one = ask(GET, kind=each["kind"], version=each["version"])
        assert (one.status, one.body) == (200, each)


def test_a_new_version_is_in_force_at_once_and_the_old_ones_stay_readable(broker: RecordingPublisher) -> None:
    first = ask(GET, kind="advertising", version=NOW_IN_FORCE).body
    second = publish("2027-01", url="https://studio.example/ads").body
    publish("2027-02")
    assert (second["texts"], second["url"], second["current"]) == (TEXTS, "https://studio.example/ads", True)
    newest = {each["kind"]: each["version"] for each in ask("GET /v1/consents").body["data"]}
    assert newest == {"personal_data": NOW_IN_FORCE, "offer": NOW_IN_FORCE, "advertising": "2027-02"}
    for old in (first, second):
        assert ask(GET, kind="advertising", version=old["version"]).body == old | {"current": False}
    assert ask(GET, kind="advertising", version="2031-01").code == "consent_version_not_found"
    assert ask(GET, kind="offer", version="2027-01").code == "consent_version_not_found"
    assert told(broker) == [("consent.published", "advertising")] * 2


def test_to_publish_the_same_again_changes_nothing_and_no_version_gets_another_text(
    engine: Engine, broker: RecordingPublisher
) -> None:
    made, again = publish("2027-01"), publish("2027-01")
    assert (again.status, again.body) == (200, made.body)
    other = {"ru": {"title": "Другое", "text": "Совсем другое."}}
    publish("2027-02")
    for version, texts in (("2027-02", other), ("2027-01", TEXTS), (NOW_IN_FORCE, TEXTS)):
        refused = publish(version, texts=texts)
        assert (refused.status, refused.code) == (409, "consent_version_taken")
    with engine.connect() as connection:
        assert len(connection.execute(select(consent_documents)).all()) == 2
    assert len(told(broker)) == 2


def test_of_two_administrators_at_once_neither_text_is_lost(engine_for: EngineFor) -> None:
    """The second waits for the first, and then takes the next number."""
    request = ConsentReplacement.model_validate({"version": "one", "texts": TEXTS, "url": None})
    observer, answers = engine_for("gateway"), []
    with GatewayUnitOfWork(engine_for("gateway"), delivery, RecordingPublisher(), SystemClock(), "gateway") as work:
        work.consent_documents.lock("advertising")
        second = Thread(target=lambda: answers.append(publish("other").status))
        second.start()
        while second.is_alive() and not somebody_waits(observer):
            """It gets as far as it can."""
        work.consent_documents.add(document("advertising", request, SystemClock().now()), "first")
        work.commit()
    second.join()
    assert answers == [200]
    found = [ask(GET, kind="advertising", version=version).body["current"] for version in ("one", "other")]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"texts": {"en": TEXTS["en"]}}, "missing"),
        ({"texts": {"ru": {"title": "Да", "text": " \n"}}}, "string_too_short"),
        ({"version": "a/b"}, "string_pattern_mismatch"),
        ({"version": ""}, "string_too_short"),
        ({"required": False}, "extra_forbidden"),
        ({"url": "javascript:alert(1)"}, "string_pattern_mismatch"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(change: dict[str, Any], code: str) -> None:
    refused = ask(PUT, {"version": "2027-01", "texts": TEXTS} | change, ADMIN, kind="offer")
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, code)
