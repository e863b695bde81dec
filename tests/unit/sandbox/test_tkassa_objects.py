"""What T-Kassa says of a payment in each of its states, and what it tells the shop."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.database import Database
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Card, Payment, Refund
from infra.sandbox.providers.base import Change
from infra.sandbox.providers.tkassa.dialect import TKassaDialect
from infra.sandbox.providers.tkassa.objects import Objects, error_code, status
from infra.sandbox.providers.tkassa.requests import LINK_LIFE, Init, parse
from infra.sandbox.providers.tkassa.token import is_signed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CARD = Card(first6="555555", last4="4444", expiry_month="12", expiry_year="2030")
PAID: dict[str, Any] = {"status": "succeeded", "authorized_at": NOW, "captured_at": NOW, "card": CARD}


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {"id": "1234567890", "provider": "tkassa", "order_number": "o-1", "amount": 10_000}
    fields |= {"capture": True, "return_url": "https://shop.test", "created_at": NOW, "deadline": None}
    return Payment(**(fields | changes))


def refund(amount: int, **changes: Any) -> Refund:
    fields: dict[str, Any] = {"id": "r", "provider": "tkassa", "payment_id": "1234567890", "amount": amount}
    return Refund(**(fields | {"created_at": NOW, "due_at": None} | changes))


@pytest.fixture
def dialect(tmp_path: Path) -> Iterator[TKassaDialect]:
    database = Database(tmp_path)
    yield TKassaDialect("T", "password", Knobs(database))
    database.close()


@pytest.mark.parametrize(
    ("changes", "refunds", "expected"),
    [
        ({}, [], "NEW"),
        ({"step": "shown"}, [], "FORM_SHOWED"),
        ({"step": "checking"}, [], "3DS_CHECKING"),
        ({"step": "rejected", "failure": "insufficient_funds"}, [], "REJECTED"),
        ({"step": "rejected", "failure": "3d_secure_failed"}, [], "AUTH_FAIL"),
        ({"status": "held", "authorized_at": NOW}, [], "AUTHORIZED"),
        ({"status": "held", "authorized_at": NOW, "reversed": 1}, [], "PARTIAL_REVERSED"),
        (PAID, [], "CONFIRMED"),
        (PAID, [refund(1)], "ASYNC_REFUNDING"),
        (PAID | {"refunded": 1}, [refund(1, status="succeeded")], "PARTIAL_REFUNDED"),
        (PAID | {"refunded": 10_000}, [], "REFUNDED"),
        (PAID, [refund(1, status="canceled")], "CONFIRMED"),
        ({"status": "canceled", "authorized_at": NOW, "cancellation": "canceled_by_merchant"}, [], "REVERSED"),
        ({"status": "canceled", "cancellation": "canceled_by_merchant"}, [], "CANCELED"),
        ({"status": "canceled", "cancellation": "expired_on_confirmation"}, [], "DEADLINE_EXPIRED"),
    ],
)
def test_every_state_has_its_status(changes: dict[str, Any], refunds: list[Refund], expected: str) -> None:
    assert status(payment(**changes), refunds) == expected


def test_a_refusal_has_a_code_only_while_it_matters() -> None:
    refused = {"step": "rejected", "failure": "insufficient_funds"}
    assert error_code(payment(**refused)) == "1051"
    assert error_code(payment(step="rejected", failure="general_decline")) == "1005"
    assert error_code(payment(**(refused | PAID))) == "0"


def test_types_vary_as_the_real_ones_do() -> None:
    objects = Objects("T", "http://x")
    assert objects.created(payment())["PaymentId"] == "1234567890"
    assert objects.code(payment(), "data")["PaymentId"] == 1234567890
    [entry] = objects.order(payment(), [])["Payments"]
    assert (entry["Success"], entry["ErrorCode"]) == ("true", 0)


@pytest.mark.parametrize(
    ("changes", "change", "events"),
    [
        (PAID, "paid", ["AUTHORIZED", "CONFIRMED"]),
        (PAID | {"receipt": {"Items": []}}, "paid", ["AUTHORIZED", "CONFIRMED", "RECEIPT"]),
        (PAID | {"method": "sbp", "card": None}, "paid", ["CONFIRMED"]),
        ({"status": "held", "authorized_at": NOW}, "paid", ["AUTHORIZED"]),
        (PAID, "captured", ["CONFIRMED"]),
        ({"step": "rejected", "failure": "insufficient_funds"}, "rejected", ["REJECTED"]),
        ({"status": "canceled", "cancellation": "canceled_by_merchant"}, "withdrawn", ["CANCELED"]),
        ({"status": "canceled", "cancellation": "expired_on_confirmation"}, "expired", []),
        ({"status": "canceled", "authorized_at": NOW, "cancellation": "expired_on_capture"}, "expired", ["REVERSED"]),
    ],
)
def test_what_is_told_of_a_change(
    dialect: TKassaDialect, changes: dict[str, Any], change: Change, events: list[str]
) -> None:
    notices = dialect.payment_notices(payment(**changes), change)
    assert [notice.event for notice in notices] == events
    assert all(is_signed(json.loads(notice.body), "password") for notice in notices)


def test_a_notification_carries_the_card_and_nested_data(dialect: TKassaDialect) -> None:
    body = json.loads(dialect.payment_notices(payment(**PAID, metadata={"a": "b"}), "captured")[0].body)
    assert (body["PaymentId"], body["Success"], body["ErrorCode"], body["Amount"]) == (1234567890, True, "0", 10_000)
    assert (body["Pan"], body["ExpDate"], body["DATA"]["a"]) == ("555555******4444", "1230", "b")


def test_a_refusal_is_told_without_success(dialect: TKassaDialect) -> None:
    refused = payment(step="rejected", failure="insufficient_funds")
    body = json.loads(dialect.payment_notices(refused, "rejected")[0].body)
    assert (body["Success"], body["ErrorCode"]) == (False, "1051")


def test_a_forged_notification_has_a_wrong_token(dialect: TKassaDialect) -> None:
    body = json.loads(dialect.forged_notice(payment()).body)
    assert body["Status"] == "CONFIRMED"
    assert not is_signed(body, "password")


@pytest.mark.parametrize(
    ("http", "answer", "taken"),
    [(200, b"OK", True), (200, b"", False), (200, b"OK\n", False), (200, b'"OK"', False), (500, b"OK", False)],
)
def test_nothing_but_ok_is_taken(dialect: TKassaDialect, http: int, answer: bytes, taken: bool) -> None:
    assert dialect.accepts(http, answer) is taken


def test_a_link_lives_a_day_unless_the_shop_says_otherwise() -> None:
    document = {"Amount": 100, "OrderId": 1}
    assert parse(Init, document).deadline(NOW) == NOW + LINK_LIFE
    until = parse(Init, document | {"RedirectDueDate": "2026-11-23T15:10:00+03:00"})
    assert until.deadline(NOW) == NOW + timedelta(minutes=10)
