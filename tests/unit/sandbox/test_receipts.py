"""YooKassa's receipts: what is refused, and how lines make up a sum."""

from typing import Any

import pytest

from infra.sandbox.providers.yookassa.errors import YooKassaError
from infra.sandbox.providers.yookassa.requests import CreateReceipt, ReceiptData, create_payment, parse


def line(value: str = "100.00", quantity: Any = "1.000", **changes: Any) -> dict[str, Any]:
    amount = {"value": value, "currency": "RUB"}
    return {"description": "Зал", "quantity": quantity, "amount": amount, "vat_code": 1} | changes


def receipt(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"customer": {"email": "a@x.test"}, "items": list(lines)} | changes


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ([line()], 10_000),
        ([line("100.00", 2), line("0.01", "3")], 20_003),
        ([line("100.00", "1.5")], 15_000),
        ([line("0.33", "1.500")], 50),
    ],
)
def test_lines_make_up_the_sum_to_the_kopeck(lines: list[dict[str, Any]], total: int) -> None:
    assert parse(ReceiptData, receipt(*lines)).total == total


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        (receipt(line("99.99")), "receipt.items"),
        (receipt(line(), customer={}), "receipt.customer"),
        (receipt(line(), customer={"phone": "+79260000000"}), "receipt.customer.phone"),
        (receipt(), "receipt.items"),
        (receipt(line(vat_code=13)), "receipt.items.0.vat_code"),
        (receipt(line(quantity="1.0001")), "receipt.items.0.quantity"),
        (receipt(line(description="x" * 129)), "receipt.items.0.description"),
    ],
)
def test_a_wrong_receipt_is_named(given: dict[str, Any], parameter: str) -> None:
    body = {"amount": {"value": "100.00", "currency": "RUB"}, "receipt": given}
    body["confirmation"] = {"type": "redirect", "return_url": "https://shop.test"}
    with pytest.raises(YooKassaError) as refused:
        create_payment(body)
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("missing", ["type", "send", "settlements", "items", "customer"])
def test_a_receipt_of_its_own_needs_all_of_it(missing: str) -> None:
    settled = [{"type": "prepayment", "amount": {"value": "100.00", "currency": "RUB"}}]
    whole = receipt(line(), type="payment", payment_id="p", send=True, settlements=settled)
    assert parse(CreateReceipt, whole).total == 10_000
    del whole[missing]
    with pytest.raises(YooKassaError) as refused:
        parse(CreateReceipt, whole)
    assert refused.value.parameter == missing
