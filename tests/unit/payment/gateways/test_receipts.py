"""Receipts add up to the kopeck, in every gateway's form."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.fiscal_words import PaymentMode, PaymentSubject, Receipt, ReceiptItem, TaxSystem, Vat
from payment.gateways.sberpay import receipts as sber_receipts
from payment.gateways.tkassa import receipts as tkassa_receipts
from payment.gateways.yookassa import receipts as yookassa_receipts
from payment.gateways.yookassa.wire import kopecks
from shared_schemas.money import spread
from tests.support.payment.gateways import receipt

AMOUNTS = st.integers(min_value=1, max_value=10**8)
QUANTITIES = st.decimals(min_value="0.001", max_value=100, places=3)
ITEMS = st.builds(
    ReceiptItem,
    name=st.text(min_size=1, max_size=200),
    amount=AMOUNTS,
    quantity=QUANTITIES | st.integers(1, 50).map(Decimal),
    vat=st.sampled_from(get_args(Vat)),
    subject=st.sampled_from(get_args(PaymentSubject)),
    mode=st.sampled_from(get_args(PaymentMode)),
)
RECEIPTS = st.builds(
    Receipt,
    items=st.lists(ITEMS, min_size=1, max_size=6).map(tuple),
    email=st.just("anna@example.com"),
    phone=st.none() | st.just("+79161234567"),
    tax_system=st.sampled_from(get_args(TaxSystem)),
)


@given(RECEIPTS)
def test_yookassas_lines_add_up(given_receipt: Receipt) -> None:
    items = yookassa_receipts.rendered(given_receipt)["items"]
    assert sum(Decimal(i["quantity"]) * kopecks(i["amount"]["value"]) for i in items) == given_receipt.total


@given(RECEIPTS)
def test_tkassas_lines_add_up(given_receipt: Receipt) -> None:
    items = tkassa_receipts.rendered(given_receipt)["Items"]
    assert sum(item["Amount"] for item in items) == given_receipt.total
    assert all(Decimal(str(item["Quantity"])) * item["Price"] == item["Amount"] for item in items)


@given(RECEIPTS)
def test_sbers_lines_add_up(given_receipt: Receipt) -> None:
    bundle = sber_receipts.Receipts().bundle(given_receipt)
    items = bundle["cartItems"]["items"]
    assert bundle["total"] == bundle["payments"][0]["sum"] == sum(i["itemAmount"] for i in items) == given_receipt.total
    assert all(Decimal(str(i["quantity"]["value"])) * i["itemPrice"] == i["itemAmount"] for i in items)


@given(RECEIPTS)
def test_names_are_no_longer_than_gateways_take(given_receipt: Receipt) -> None:
    names = [
        *(item["description"] for item in yookassa_receipts.rendered(given_receipt)["items"]),
        *(item["Name"] for item in tkassa_receipts.rendered(given_receipt)["Items"]),
        *(item["name"] for item in sber_receipts.Receipts().bundle(given_receipt)["cartItems"]["items"]),
    ]
    assert max(map(len, names)) <= 128


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.integers(min_value=0, max_value=10**9))
def test_a_total_is_spread_to_the_kopeck_and_in_proportion(weights: list[int], total: int) -> None:
    parts = spread(weights, total)
    assert sum(parts) == total
    assert all(abs(part - weight * total / sum(weights)) <= 1 for part, weight in zip(parts, weights, strict=True))


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.integers(min_value=1, max_value=10**8))
def test_a_receipt_of_another_amount_costs_exactly_that(amounts: list[int], total: int) -> None:
    assert receipt(*amounts).of_amount(total).total == total


def test_a_line_that_costs_nothing_any_more_is_dropped() -> None:
    assert [item.amount for item in receipt(100_000, 1).of_amount(1000).items] == [1000]


@pytest.mark.parametrize(
    ("quantity", "amount", "priced"),
    [
        ("2", 300_000, ("2", 150_000)),
        ("1.5", 225_000, ("1.5", 150_000)),
        ("3", 100_000, ("1", 100_000)),
        ("0.333", 100_000, ("1", 100_000)),
        ("0.0005", 100_000, ("1", 100_000)),
        ("0", 100_000, ("1", 100_000)),
    ],
)
def test_what_does_not_divide_evenly_is_one_piece(quantity: str, amount: int, priced: tuple[str, int]) -> None:
    expected = (Decimal(priced[0]), priced[1])
    assert ReceiptItem("Аренда", amount, Decimal(quantity)).priced() == expected


def test_hundreds_are_written_out() -> None:
    line = ReceiptItem("Аренда", 1_000_000, Decimal(100))
    assert yookassa_receipts.rendered(receipt(1, items=(line,)))["items"][0]["quantity"] == "100"


def test_each_form_as_its_gateway_reads_it() -> None:
    line = ReceiptItem("Аренда зала", 300_000, Decimal(2), "22/122", mode="partial_prepayment")
    sent = receipt(1, items=(line,), phone="+79161234567")

    assert yookassa_receipts.rendered(sent) == {
        "customer": {"email": "anna@example.com", "phone": "79161234567"},
        "tax_system_code": 2,
        "items": [
            {
                "description": "Аренда зала",
                "quantity": "2",
                "measure": "piece",
                "amount": {"value": "1500.00", "currency": "RUB"},
                "vat_code": 12,
                "payment_subject": "service",
                "payment_mode": "partial_prepayment",
            }
        ],
    }
    assert tkassa_receipts.rendered(sent) == {
        "FfdVersion": "1.05",
        "Email": "anna@example.com",
        "Phone": "+79161234567",
        "Taxation": "usn_income",
        "Items": [
            {
                "Name": "Аренда зала",
                "Price": 150_000,
                "Quantity": 2,
                "Amount": 300_000,
                "Tax": "vat122",
                "PaymentMethod": "prepayment",
                "PaymentObject": "service",
            }
        ],
    }


@pytest.mark.parametrize(
    "changes",
    [{"items": ()}, {"email": None}, {"items": (ReceiptItem("x", 0),)}, {"items": (ReceiptItem("x", 1),) * 101}],
)
def test_a_receipt_that_no_gateway_takes_cannot_be_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="receipt"):
        receipt(1, **changes)


def test_a_receipt_is_of_exactly_the_payments_amount() -> None:
    receipt(100, 50).require_total(150)
    for other in (149, 151):
        with pytest.raises(ValueError, match=f"150 for {other}"):
            receipt(100, 50).require_total(other)


def test_tkassa_wants_a_tax_system() -> None:
    with pytest.raises(ValueError, match="tax system"):
        tkassa_receipts.rendered(receipt(1, tax_system=None))
    assert "tax_system_code" not in yookassa_receipts.rendered(receipt(1, tax_system=None))
