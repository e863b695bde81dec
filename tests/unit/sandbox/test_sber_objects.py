"""What Sber says of an order in each of its states, and what it tells the shop."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from infra.sandbox.database import Database
from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.providers.base import Change
from infra.sandbox.providers.sberpay.dialect import SberDialect
from infra.sandbox.providers.sberpay.errors import SberError
from infra.sandbox.providers.sberpay.objects import order, order_status
from infra.sandbox.providers.sberpay.requests import Register, register
from infra.sandbox.providers.sberpay.signature import CallbackKey, hmac_checksum
from infra.sandbox.providers.sberpay.wire import Wire, outcome

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PAID: dict[str, Any] = {"status": "succeeded", "approved": 10_000, "authorized_at": NOW, "captured_at": NOW}
HELD: dict[str, Any] = {"status": "held", "approved": 10_000, "authorized_at": NOW, "capture": False}
REGISTER: dict[str, Any] = {"orderNumber": "n", "amount": "10000", "returnUrl": "https://shop.test/back"}


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {"id": "id-1", "provider": "sberpay", "variant": "legacy", "order_number": "n-1"}
    fields |= {"amount": 10_000, "capture": True, "return_url": "https://shop.test", "created_at": NOW}
    return Payment(**(fields | {"deadline": None} | changes))


@pytest.fixture
def knobs(tmp_path: Path) -> Iterator[Knobs]:
    database = Database(tmp_path)
    yield Knobs(database)
    database.close()


@pytest.fixture
def dialect(knobs: Knobs, tmp_path: Path) -> Iterator[SberDialect]:
    database = Database(tmp_path)
    yield SberDialect("key", CallbackKey(database), knobs)
    database.close()


@pytest.mark.parametrize(
    ("changes", "status", "state"),
    [
        ({}, 0, "CREATED"),
        ({"step": "checking"}, 5, "CREATED"),
        (HELD, 1, "APPROVED"),
        (PAID, 2, "DEPOSITED"),
        (HELD | {"status": "canceled", "reversed": 10_000}, 3, "REVERSED"),
        (PAID | {"refunded": 1}, 4, "REFUNDED"),
        ({"status": "canceled", "cancellation": "insufficient_funds"}, 6, "DECLINED"),
    ],
)
def test_every_state_has_its_number(changes: dict[str, Any], status: int, state: str) -> None:
    assert order_status(payment(**changes)) == status
    assert order(payment(**changes), [])["paymentAmountInfo"]["paymentState"] == state


def test_a_partial_refund_is_told_from_a_full_one_by_its_amount() -> None:
    refund = Refund(
        id="r",
        provider="sberpay",
        payment_id="id-1",
        key="k",
        status="succeeded",
        amount=1,
        created_at=NOW,
        due_at=None,
    )
    told = order(payment(**PAID, refunded=1), [refund])
    amounts = {"approvedAmount": 10_000, "depositedAmount": 10_000, "refundedAmount": 1, "paymentState": "REFUNDED"}
    assert (told["orderStatus"], told["paymentAmountInfo"]) == (4, amounts)
    assert [operation["type"] for operation in told["operations"]] == ["AUTHORIZATION", "REFUND"]
    assert told["operations"][1]["externalRefundId"] == "k"


def test_a_partial_deposit_leaves_what_was_approved() -> None:
    told = order(payment(**(PAID | {"capture": False, "amount": 4_000})), [])
    assert (told["amount"], told["paymentAmountInfo"]["depositedAmount"]) == (10_000, 4_000)
    assert [operation["type"] for operation in told["operations"]] == ["PREAUTHORIZATION", "COMPLETION"]


@pytest.mark.parametrize(
    ("cancellation", "code"), [(None, -100), ("insufficient_funds", 116), ("expired_on_confirmation", -2007)]
)
def test_the_action_code_says_why(cancellation: str | None, code: int) -> None:
    status = "canceled" if cancellation else "pending"
    assert order(payment(status=status, cancellation=cancellation), [])["actionCode"] == code


@pytest.mark.parametrize(
    ("changes", "change", "told"),
    [
        (PAID, "paid", ("deposited", "1")),
        (HELD, "paid", ("approved", "1")),
        (PAID, "captured", ("deposited", "1")),
        ({"status": "canceled"}, "declined", ("deposited", "0")),
        ({"status": "canceled", "capture": False}, "declined", ("approved", "0")),
        (HELD | {"status": "canceled"}, "reversed", ("reversed", "1")),
        ({"status": "canceled"}, "expired", ("declinedByTimeout", "0")),
        (HELD | {"status": "canceled"}, "expired", ("reversed", "1")),
    ],
)
def test_what_is_told_of_a_change(
    dialect: SberDialect, changes: dict[str, Any], change: Change, told: tuple[str, str]
) -> None:
    [notice] = dialect.payment_notices(payment(**changes), change)
    fields = dict(parse_qsl(notice.body))
    assert (notice.method, fields["operation"], fields["status"]) == ("GET", *told)
    assert fields["checksum"] == hmac_checksum(fields, "key")
    [new] = dialect.payment_notices(payment(**changes, variant="partner"), change)
    assert (new.method, new.content_type) == ("POST", "application/json")
    body = {"mdOrder": "id-1", "orderNumber": "n-1", "operation": told[0], "status": int(told[1])}
    assert json.loads(new.body) == body | {"additionalParams": {}}


def test_nothing_is_told_of_what_the_shop_declined(dialect: SberDialect) -> None:
    assert dialect.payment_notices(payment(status="canceled"), "withdrawn") == []


def test_callbacks_can_be_posted_and_signed_by_rsa(dialect: SberDialect, knobs: Knobs) -> None:
    knobs.replace({"sber_post_callback": 1, "sber_rsa_checksum": 1})
    [notice] = dialect.payment_notices(payment(**PAID), "paid")
    fields = dict(parse_qsl(notice.body))
    assert (notice.method, fields["sign_alias"], len(fields["checksum"])) == ("POST", "SHA-512 with RSA", 512)


def test_a_forged_callback_has_a_wrong_checksum(dialect: SberDialect) -> None:
    fields = dict(parse_qsl(dialect.forged_notice(payment()).body))
    assert fields["operation"] == "deposited"
    assert fields["checksum"] != hmac_checksum(fields, "key")


def test_sber_tries_three_times(dialect: SberDialect) -> None:
    assert dialect.schedule.attempts == 3
    assert [dialect.accepts(status, b"") for status in (200, 201, 302, 500)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("wire", "method", "code", "expected"),
    [
        ("partner", "register", "0", "0"),
        ("legacy", "register", "0", None),
        ("legacy", "register", "1", "1"),
        ("legacy", "refund", "0", 0),
        ("legacy", "refund", "7", 7),
        ("legacy", "getOrderStatusExtended", "0", "0"),
    ],
)
def test_the_error_code_is_absent_a_string_or_a_number(
    wire: Wire, method: str, code: str, expected: str | int | None
) -> None:
    assert outcome(wire, method, code).get("errorCode") == expected


@pytest.mark.parametrize(
    ("changes", "life"),
    [
        ({}, timedelta(minutes=20)),
        ({"sessionTimeoutSecs": "60"}, timedelta(minutes=1)),
        ({"sessionTimeoutSecs": 60, "expirationDate": "2026-11-23T15:05:00"}, timedelta(minutes=5)),
    ],
)
def test_a_date_of_moscow_comes_before_the_timeout(changes: dict[str, Any], life: timedelta) -> None:
    asked = register(REGISTER | changes, "legacy")
    assert asked.deadline(NOW) == NOW + life


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": None}, "12"),
        ({"amount": 0}, "5"),
        ({"amount": "ten"}, "5"),
        ({"orderNumber": "x" * 33}, "5"),
        ({"currency": "840"}, "5"),
        ({"returnUrl": "javascript:alert(1)"}, "5"),
        ({"orderBundle": {"cartItems": {"items": [{"itemAmount": 9_999}]}}}, "5"),
        ({"orderBundle": {}}, "5"),
    ],
)
def test_a_wrong_field_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SberError) as refused:
        register(REGISTER | changes, "legacy")
    assert refused.value.code == code


@pytest.mark.parametrize("date", ["2026-13-01T00:00:00", "2026-11-23T15:00:00"])
def test_a_date_that_is_none_or_past_is_refused(date: str) -> None:
    with pytest.raises(SberError):
        Register.model_validate(REGISTER | {"expirationDate": date}).deadline(NOW)


def test_the_new_interface_takes_longer_numbers() -> None:
    assert register(REGISTER | {"orderNumber": "x" * 36}, "partner").order_number == "x" * 36
