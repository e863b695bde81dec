"""Bad input gets its documented status and code, on real ports."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from infra.local.client import Client
from tests.support.system.whole import Customer, System

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:00:00Z")


@pytest.fixture(scope="module")
def customer(system: System) -> Customer:
    return system.customer()


@pytest.fixture(scope="module")
def slot(system: System) -> dict[str, Any]:
    return system.slot()


def test_json_that_is_none(customer: Customer) -> None:
    api = customer.api
    answer = api.pool.request(
        "POST",
        api.base_url + "/v1/bookings",
        body=b'{"hall_id": ',
        headers={"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"},
    )

    assert (answer.status, answer.json()["code"]) == (400, "malformed_json")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_hall_that_is_not_there(customer: Customer, slot: dict[str, Any]) -> None:
    answer = customer.api.request("POST", "/v1/bookings", slot | {"hall_id": str(uuid4())})
    assert (answer.status, answer.document["code"]) == (404, "hall_not_found")
    assert customer.api.request("GET", f"/v1/halls/{uuid4()}").status == 404


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("start", lambda slot: slot["start"].replace(":00:00+", ":07:00+"), "off_grid"),
        ("start", lambda _: YESTERDAY, "in_past"),
        ("end", lambda slot: slot["start"], "end_before_start"),
        ("people", lambda _: 9_999, "too_many_people"),
    ],
)
def test_a_slot_against_the_rules(customer: Customer, slot: dict[str, Any], field: str, value: Any, code: str) -> None:
    answer = customer.api.request("POST", "/v1/bookings", slot | {field: value(slot)}, Accept_Language="ru")

    assert (answer.status, answer.document["code"]) == (422, "rule_violation")
    assert code in [error["code"] for error in answer.document["errors"]]
    assert [error["message"] for error in answer.document["errors"]] == answer.document["detail"].split(". ")


def test_an_unknown_field_and_a_wrong_type_are_named(customer: Customer, slot: dict[str, Any]) -> None:
    answer = customer.api.request("POST", "/v1/bookings", slot | {"people": "many", "price": 1})

    assert (answer.status, answer.document["code"]) == (422, "invalid_request")
    assert {error["field"] for error in answer.document["errors"]} == {"people", "price"}


def test_nobody_gets_in_without_a_valid_token(system: System, slot: dict[str, Any]) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    claims = {"sub": str(uuid4()), "role": "admin", "kind": "access", "aud": "cyclorama", "iss": "users"}
    forged = jwt.encode(
        claims | {"iat": past, "exp": datetime.now(UTC) + timedelta(hours=1)}, "x" * 32, headers={"kid": "users"}
    )
    for url in (system.api_url, system.booking_url):
        for token in (None, "rubbish", forged):
            answer = Client(url, token).request("POST", "/v1/bookings", slot)
            assert (answer.status, answer.document["code"]) == (401, "unauthorized")


def test_an_expired_token_is_refused(system: System, customer: Customer) -> None:
    valid, expired = (system.token_like(str(customer.api.token), timedelta(minutes=m)) for m in (1, -1))
    assert Client(system.api_url, valid).request("GET", "/v1/bookings").status == 200

    answer = Client(system.api_url, expired).request("GET", "/v1/bookings")

    assert (answer.status, answer.document["code"]) == (401, "unauthorized")


def test_who_signed_out_can_write_nothing_more(system: System) -> None:
    """API Gateway remembers the authoriser's verdict for reads only."""
    customer = system.customer()
    assert customer.api.request("GET", "/v1/me").status == 200
    assert customer.api.request("PATCH", "/v1/me", {"locale": "ru"}).status == 200

    assert customer.api.request("DELETE", "/v1/sessions/current").status == 204

    for url, path in ((system.api_url, "/v1/bookings"), (system.payment_url, "/v1/payments")):
        answer = Client(url, customer.api.token).request("POST", path, {})
        assert (answer.status, answer.document["code"]) == (401, "unauthorized")


def test_a_client_may_not_do_what_staff_may(customer: Customer) -> None:
    answer = customer.api.request("POST", "/v1/halls", {})
    assert (answer.status, answer.document["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("component", "path"),
    [
        ("booking_url", "/v1/bookings"),
        ("payment_url", "/v1/payments?booking_id=00000000-0000-4000-8000-000000000000"),
        ("integration_url", "/v1/events"),
        ("notification_url", "/v1/notifications"),
    ],
)
def test_every_service_has_the_authoriser_at_its_own_door(system: System, component: str, path: str) -> None:
    url = getattr(system, component)
    assert Client(url).request("GET", path).status == 401
    assert Client(url, system.manager.token).request("GET", path).status == 200
    # And serves nobody else's routes.
    assert Client(url).request("POST", "/v1/tokens", {}).status == 404


def test_somebody_elses_booking_cannot_be_seen_paid_or_cancelled(system: System, customer: Customer) -> None:
    theirs = system.customer().book(system.slot())
    path = f"/v1/bookings/{theirs['id']}"

    seen = customer.api.request("GET", path)
    cancelled = customer.api.request("POST", path + "/cancel", {})
    paid = customer.api.request("POST", "/v1/payments", customer.payment_request(theirs))

    assert [(a.status, a.document["code"]) for a in (seen, cancelled, paid)] == [(404, "booking_not_found")] * 3


def test_a_repeated_key_gives_the_first_answer_and_refuses_another_body(system: System, customer: Customer) -> None:
    slot, key = system.slot(), str(uuid4())

    first = customer.api.request("POST", "/v1/bookings", slot, Idempotency_Key=key)
    same = customer.api.request("POST", "/v1/bookings", slot, Idempotency_Key=key)
    other = customer.api.request("POST", "/v1/bookings", slot | {"people": 2}, Idempotency_Key=key)

    assert (first.status, same.status, same.document["id"]) == (201, 201, first.document["id"])
    assert (other.status, other.document["code"]) == (422, "idempotency_key_reused")


def test_webhooks_of_strangers(system: System) -> None:
    hooks = Client(system.payment_url)
    payment = {"id": str(uuid4()), "status": "succeeded", "paid": True, "metadata": {}}
    payment["amount"] = {"value": "100.00", "currency": "RUB"}
    notification = {"type": "notification", "event": "payment.succeeded", "object": payment}

    unknown = hooks.request("POST", "/webhooks/paypal", notification)
    no_payment = hooks.request("POST", "/webhooks/yookassa", notification)
    rubbish = hooks.request("POST", "/webhooks/yookassa", ["rubbish"])

    assert (unknown.status, unknown.document["code"]) == (404, "unknown_provider")
    assert (no_payment.status, no_payment.document["code"]) == (404, "unknown_payment")
    assert (rubbish.status, rubbish.document["code"]) == (400, "malformed_notification")


def test_a_path_that_is_not_there(system: System) -> None:
    answer = Client(system.api_url).request("GET", "/v1/nothing")
    assert (answer.status, answer.document["code"]) == (404, "not_found")


def test_staff_book_for_somebody_who_has_an_account(system: System) -> None:
    """Booking asks the gateway, as itself."""
    client = system.customer().api.get("/v1/me")["id"]

    nobody = system.manager.request("POST", "/v1/bookings", system.slot() | {"customer_id": str(uuid4())})
    somebody = system.manager.request("POST", "/v1/bookings", system.slot() | {"customer_id": client})

    assert (nobody.status, nobody.document["code"]) == (422, "customer_not_found")
    assert (somebody.status, somebody.document["customer_id"]) == (201, client)
