"""What YooKassa's API refuses, and which parameter it blames."""

from typing import Any

import pytest

from infra.sandbox.providers.yookassa.errors import YooKassaError
from infra.sandbox.providers.yookassa.lists import PAYMENT_STATUSES, REFUND_STATUSES, cursor, parse_query
from infra.sandbox.providers.yookassa.requests import CreateRefund, create_payment, parse

BODY: dict[str, Any] = {
    "amount": {"value": "100.00", "currency": "RUB"},
    "capture": True,
    "confirmation": {"type": "redirect", "return_url": "https://shop.test/back"},
}


def test_the_least_that_a_payment_needs_is_enough() -> None:
    request = create_payment({name: BODY[name] for name in ("amount", "confirmation")})
    assert (request.amount.kopecks, request.capture, request.method) == (10_000, False, None)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"amount": {"value": 100, "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "0.00", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "100.00", "currency": "USD"}}, "amount.currency"),
        ({"amount": None}, "amount"),
        ({"capture": "true"}, "capture"),
        ({"confirmation": {"type": "carrier_pigeon"}}, "confirmation.type"),
        ({"confirmation": {"type": "redirect", "return_url": "javascript:alert(1)"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "redirect", "return_url": "https://[x"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "redirect", "return_url": "https://shop.test/\r\nX: 1"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "redirect", "return_url": "https:///back"}}, "confirmation.return_url"),
        ({"description": "x" * 129}, "description"),
        ({"metadata": {str(number): "x" for number in range(17)}}, "metadata"),
        ({"metadata": {"attempt_id": 1}}, "metadata.attempt_id"),
        ({"metadata": {"attempt_id": "x" * 513}}, "metadata.attempt_id"),
        ({"payment_method_data": {"type": "barter"}}, "payment_method_data.type"),
        ({"payment_method_data": {"type": "sbp"}, "capture": False}, "capture"),
        (
            {"payment_method_data": {"type": "sbp"}, "amount": {"value": "700000.01", "currency": "RUB"}},
            "amount.value",
        ),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], parameter: str) -> None:
    with pytest.raises(YooKassaError) as refused:
        create_payment(BODY | change)
    assert (refused.value.status, refused.value.body()["parameter"]) == (400, parameter)


@pytest.mark.parametrize("document", [[], "x", None, 1])
def test_a_body_that_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(YooKassaError):
        parse(CreateRefund, document)


def test_a_list_is_narrowed_by_what_the_query_names() -> None:
    query = {
        "status": "waiting_for_capture",
        "limit": "2",
        "cursor": cursor(7),
        "created_at.gte": "2026-01-01T03:00:00+03:00",
    }
    found = parse_query(query, "yookassa", PAYMENT_STATUSES)
    assert found.conditions == (
        ("provider = ?", "yookassa"),
        ("status = ?", "held"),
        ("created_at >= ?", "2026-01-01T00:00:00.000000+00:00"),
    )
    assert (found.before, found.limit) == (7, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "x"),
        ("cursor", "x"),
        ("cursor", "é"),
        ("cursor", "cm93Oi0x"),
        ("status", "held"),
        ("created_at.gte", "yesterday"),
        ("created_at.gte", "2026-01-01T00:00:00"),
        ("created_at.near", "2026-01-01T00:00:00Z"),
        ("payment_id", "x"),
        ("surprise", "1"),
    ],
)
def test_a_wrong_parameter_of_a_list_is_named(name: str, value: str) -> None:
    with pytest.raises(YooKassaError) as refused:
        parse_query({name: value}, "yookassa", PAYMENT_STATUSES)
    assert refused.value.parameter == name


def test_refunds_are_found_by_payment() -> None:
    assert ("payment_id = ?", "x") in parse_query(
        {"payment_id": "x"}, "yookassa", REFUND_STATUSES, {"payment_id": "payment_id"}
    ).conditions
