"""Who agreed to what, on real PostgreSQL and through the routes."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert, select, text

from core.clock import SystemClock
from core.jobs import Turn
from core.postgres.retention import Purge
from core.tokens import verify
from gateway import composition
from gateway.retention import kept
from gateway.tables import consents, delivery, users
from tests.support.database import EngineFor, RecordingPublisher, somebody_waits
from tests.support.gateway import KEYS
from tests.support.privacy.agreeing import (
    ADVERTISING,
    BOOKING,
    EMAIL,
    MANAGER,
    NEEDED,
    NOTIFICATION,
    NOW_IN_FORCE,
    agree,
    ask,
    given,
    may_be_sent_advertising,
    publish,
    register,
    told,
    vera,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("whole_gateway")


def test_who_registers_agrees_to_each_apart(broker: RecordingPublisher) -> None:
    me = vera(consents=[NEEDED, ADVERTISING])
    assert sorted(given(me)) == [
        ("advertising", NOW_IN_FORCE, "registration", True), ("personal_data", NOW_IN_FORCE, "registration", True),
    ]  # fmt: skip
    assert told(broker) == [("consent.granted", "personal_data"), ("consent.granted", "advertising")]
    [row, _] = ask("GET /v1/me/consents", who=me).body["data"]
    assert row["network"] == "203.0.113.0/24"


def test_a_plain_yes_means_the_processing_alone() -> None:
    publish("2027-01", kind="personal_data")
    me = vera(consents=[], consent=True)
    assert given(me) == [("personal_data", "2027-01", "registration", True)]
    assert not may_be_sent_advertising(me)


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        ({"consents": []}, "consent_required"),
        ({"consents": [ADVERTISING]}, "consent_required"),
        ({"consents": [ADVERTISING], "consent": True}, "consent_bundled"),
        ({"consents": [NEEDED], "consent": True}, "consent_bundled"),
        ({"consents": True}, "list_type"),
        ({"consents": [{"document": "everything", "version": NOW_IN_FORCE}]}, "literal_error"),
        ({"consents": [{"document": "personal_data"}]}, "missing"),
    ],
)
def test_nobody_registers_by_half_a_yes_or_by_one_for_everything(consent: dict[str, Any], code: str) -> None:
    refused = register(**consent)
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, code)


def test_a_text_that_was_replaced_is_agreed_to_by_nobody(engine: Engine) -> None:
    """Whichever door it comes in by; what is in force is told, and nothing is half done."""
    me = vera()
    publish("2027-01", kind="personal_data")
    publish("2027-01")
    guest = {"full_name": "Вера", "phone": "+79161112233", "locale": "ru", "consents": [NEEDED]}
    for refused in (
        register(email="other@example.com"), agree(me, "advertising"), agree(me, "advertising", "never"),
        ask("POST /v1/guests", guest, BOOKING),
    ):  # fmt: skip
        assert (refused.status, refused.code, refused.body["version"]) == (409, "consent_outdated", "2027-01")
    with engine.connect() as connection:
        assert connection.execute(select(users.c.id)).scalars().all() == [UUID(me.subject)]
    assert given(me) == [("personal_data", NOW_IN_FORCE, "registration", True)], "what was agreed to still is"


def test_who_signs_in_by_a_code_agrees_with_it(broker: RecordingPublisher) -> None:
    """A text that has changed meanwhile leaves the code as it is."""
    ask("POST /v1/codes", {"email": EMAIL})
    newest = [event for event in broker.taken if event.type == "code.requested"][-1]
    sent = ask("GET /v1/codes/{code_id}", who=NOTIFICATION, code_id=str(newest.data["code_id"]))
    entry = {"email": EMAIL, "code": sent.body["secret"]}
    publish("2027-01")
    assert ask("POST /v1/tokens", entry | {"consents": [NEEDED, ADVERTISING]}).code == "consent_outdated"
    assert ask("POST /v1/tokens", entry | {"consents": [ADVERTISING | {"version": "2027-01"}]}).code == (
        "consent_required"
    )
    bundled = ask("POST /v1/tokens", entry | {"consent": True, "consents": [ADVERTISING]})
    assert bundled.body["errors"][0]["code"] == "consent_bundled"
    answer = ask("POST /v1/tokens", entry | {"consents": [NEEDED]})
    assert given(verify(answer.body["access_token"], KEYS)) == [("personal_data", NOW_IN_FORCE, "sign_in", True)]
    with_password = {"email": EMAIL, "password": "a longer sentence", "consents": [NEEDED]}
    refused = ask("POST /v1/tokens", with_password)
    assert refused.body["errors"][0]["code"] == "consents_with_password"


def test_advertising_ends_at_once_and_may_be_agreed_to_again(broker: RecordingPublisher) -> None:
    me = vera()
    first, again = agree(me, "advertising"), agree(me, "advertising")
    assert (first.status, again.status, first.body) == (201, 201, again.body)
    assert may_be_sent_advertising(me)

    for _ in range(2):
        assert ask("DELETE /v1/me/consents/{kind}", who=me, kind="advertising").status == 204
    assert not may_be_sent_advertising(me)

    publish("2027-01")
    agree(me, "advertising", "2027-01")
    assert may_be_sent_advertising(me)
    assert given(me)[1:] == [
        ("advertising", NOW_IN_FORCE, "account", False), ("advertising", "2027-01", "account", True),
    ]  # fmt: skip
    changes = [each for each in told(broker) if each != ("consent.published", "advertising")]
    assert changes == [
        ("consent.granted", "personal_data"), ("consent.granted", "advertising"),
        ("consent.revoked", "advertising"), ("consent.granted", "advertising"),
    ]  # fmt: skip


def test_the_same_version_again_after_it_was_revoked_is_another_consent() -> None:
    me = vera()
    for _ in range(2):
        agree(me, "advertising")
        ask("DELETE /v1/me/consents/{kind}", who=me, kind="advertising")
    assert [row[0] for row in given(me)] == ["personal_data", "advertising", "advertising"]


def test_nobody_revokes_for_somebody_else() -> None:
    me, other = vera(), vera(email="other@example.com")
    for who in (me, other):
        agree(who, "advertising")
    ask("DELETE /v1/me/consents/{kind}", who=me, kind="advertising")
    assert (may_be_sent_advertising(me), may_be_sent_advertising(other)) == (False, True)


def test_the_processing_ends_with_the_account() -> None:
    me = vera()
    refused = ask("DELETE /v1/me/consents/{kind}", who=me, kind="personal_data")
    assert (refused.status, refused.code) == (409, "consent_needed")
    assert given(me) == [("personal_data", NOW_IN_FORCE, "registration", True)]


def test_who_takes_over_an_account_has_agreed_to_no_advertising(broker: RecordingPublisher) -> None:
    """Whoever registered with somebody else's mail agreed for themselves at most."""
    me = vera(consents=[NEEDED, ADVERTISING])
    ask("POST /v1/codes", {"email": EMAIL})
    newest = [event for event in broker.taken if event.type == "code.requested"][-1]
    sent = ask("GET /v1/codes/{code_id}", who=NOTIFICATION, code_id=str(newest.data["code_id"]))
    answer = ask("POST /v1/tokens", {"email": EMAIL, "code": sent.body["secret"]})
    assert verify(answer.body["access_token"], KEYS).subject == me.subject
    assert not may_be_sent_advertising(me)
    assert told(broker)[-1] == ("consent.revoked", "advertising")


def test_staff_agree_to_no_advertising_for_anybody(engine: Engine) -> None:
    """Whom they tell of may have an account, and never said so."""
    told_of = {"full_name": "Вера", "phone": "+79161112233", "locale": "ru", "by_staff": True}
    refused = ask("POST /v1/guests", told_of | {"consents": [NEEDED, ADVERTISING]}, BOOKING)
    assert (refused.status, refused.code) == (422, "consent_not_own")
    with engine.connect() as connection:
        assert connection.execute(select(users.c.id)).all() == []


def test_staff_see_what_a_customer_agreed_to_page_by_page() -> None:
    me = vera(consents=[NEEDED, ADVERTISING])
    agree(me, "offer")
    route = "GET /v1/customers/{customer_id}/consents"
    seen, query = [], {"limit": "2"}
    while True:
        answer = ask(route, who=MANAGER, query=query, customer_id=me.subject)
        seen += answer.body["data"]
        if "next_cursor" not in answer.body:
            break
        query = {"limit": "2", "cursor": answer.body["next_cursor"]}
    assert seen == ask("GET /v1/me/consents", who=me).body["data"]
    assert [row["kind"] for row in seen][:1] == ["offer"]
    assert len(seen) == 3
    assert ask(route, who=MANAGER, customer_id=str(uuid4())).code == "account_not_found"
    assert ask(route, who=me, customer_id=me.subject).status == 403


def test_of_who_is_erased_the_proof_stays_for_its_time_and_leads_nowhere(engine: Engine) -> None:
    me, other = vera(consents=[NEEDED, ADVERTISING]), vera(email="other@example.com")
    ask("DELETE /v1/me/consents/{kind}", who=me, kind="advertising")
    assert ask("DELETE /v1/me", who=me).status == 204

    with engine.connect() as connection:
        rows = connection.execute(select(consents).where(consents.c.user_id == UUID(me.subject))).all()
    assert [(row.network, row.revoked_at is None) for row in rows] == [(None, False)] * 2
    assert ask("GET /v1/me/consents", who=me).code == "account_not_found"
    assert agree(me, "advertising").code == "account_not_found"

    purge = Purge(engine, delivery, 14, kept(composition.app().world.settings))
    assert purge.run(Turn())["consents"] == 0
    with engine.begin() as connection:
        connection.execute(text("UPDATE gateway.consents SET revoked_at = revoked_at - interval '3 years 2 days'"))
    assert purge.run(Turn())["consents"] == 2
    assert given(other) == [("personal_data", NOW_IN_FORCE, "registration", True)]


def test_an_export_has_what_was_agreed_to() -> None:
    me = vera()
    agree(me, "advertising")
    found = ask("GET /v1/accounts/{account_id}/personal-data", who=BOOKING, account_id=me.subject).body["sections"]
    [section] = [each for each in found if each["name"] == "consents"]
    assert section["kept"] == "CONSENT_RETENTION_DAYS"
    assert [(row["document"], row["version"], row["source"]) for row in section["rows"]] == [
        ("personal_data", NOW_IN_FORCE, "registration"), ("advertising", NOW_IN_FORCE, "account"),
    ]  # fmt: skip


def test_a_consent_from_before_there_were_versions_is_told_as_such(engine: Engine) -> None:
    me, at = vera(), SystemClock().now() - timedelta(days=400)
    row = {"user_id": UUID(me.subject), "document": "personal_data", "version": "unversioned", "given_at": at}
    with engine.begin() as connection:
        connection.execute(insert(consents).values(**row))
    assert given(me)[0] == ("personal_data", "unversioned", "unversioned", True)


def test_no_consent_outlives_who_is_erased_at_the_same_time(engine: Engine, engine_for: EngineFor) -> None:
    me, observer, answers = vera(), engine_for("gateway"), []
    with engine.begin() as connection:
        connection.execute(text("UPDATE gateway.users SET erased_at = now(), email = NULL, phone = NULL"))
        second = Thread(target=lambda: answers.append(agree(me, "advertising").code))
        second.start()
        while second.is_alive() and not somebody_waits(observer):
            """It gets as far as it can."""
    second.join()
    assert answers == ["account_not_found"]
    with engine.connect() as connection:
        assert connection.execute(select(consents.c.document)).scalars().all() == ["personal_data"]
