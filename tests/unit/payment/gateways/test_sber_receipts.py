"""The order bundle in the words of Sber's schema (API 1.0.7), and in those of the platform before it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.fiscal_words import PaymentMode, PaymentSubject, ReceiptItem, Seller, Vat
from payment.gateways.sberpay.receipts import MAX_NAME, PREPAID, Platform, Receipts
from payment.gateways.sberpay.text import in_ascii, plain
from payment.settings import PaymentSettings
from tests.support.payment.gateways import SELLER, receipt

ALLOWED = re.compile(r"[ -~А-Яа-яЁё№]*")
LINE = ReceiptItem("Аренда зала «Белый» – 2 ч", 300_000, Decimal(2), "22/122", mode="partial_prepayment", position=3)


def line_of(ffd: Any = "1.05", platform: Platform = "new", **changes: Any) -> dict[str, Any]:
    item = ReceiptItem(**(vars(LINE) | changes))
    bundle = Receipts(platform, Seller(ffd), platform).bundle(receipt(1, items=(item,)))
    (line,) = bundle["cartItems"]["items"]
    return dict(line)


def test_format_1_05_has_words_and_a_unit_beside_the_quantity() -> None:
    assert line_of() == {
        "positionId": "3",
        "itemCode": "3",
        "name": 'Аренда зала "Белый" - 2 ч',
        "quantity": {"value": 2},
        "measurementUnit": "шт",
        "itemPrice": 150_000,
        "itemAmount": 300_000,
        "paymentMethod": "prepayment",
        "paymentObject": "service",
        "tax": {"taxType": 13},
    }


def test_format_1_2_has_numbers_for_subject_and_measure() -> None:
    line = line_of("1.2")
    assert (line["quantity"], line["paymentObject"], line["paymentMethod"]) == (
        {"value": 2, "measure": "0"},
        "4",
        "prepayment",
    )
    assert "measurementUnit" not in line


@pytest.mark.parametrize(
    ("mode", "word"),
    [
        ("full_prepayment", "full_prepayment"),
        ("partial_prepayment", "prepayment"),
        ("advance", "advance"),
        ("full_payment", "full_payment"),
    ],
)
def test_how_it_is_paid_is_a_word(mode: PaymentMode, word: str) -> None:
    assert {line_of(ffd, mode=mode)["paymentMethod"] for ffd in ("1.05", "1.2")} == {word}


@pytest.mark.parametrize(("subject", "number"), [("commodity", "1"), ("service", "4"), ("payment", "10")])
def test_what_is_paid_for_is_a_word_or_a_number(subject: PaymentSubject, number: str) -> None:
    assert (line_of(subject=subject)["paymentObject"], line_of("1.2", subject=subject)["paymentObject"]) == (
        subject,
        number,
    )


def test_the_studio_is_named_whole_or_not_at_all() -> None:
    named = Receipts(seller=SELLER).bundle(receipt(1))
    assert named["company"] == {
        "email": "studio@example.com",
        "sno": "usn_income",
        "inn": "5027119066",
        "paymentAddress": "https://studio.example",
    }
    assert "company" not in Receipts(seller=Seller(email="studio@example.com")).bundle(receipt(1))
    assert "company" not in Receipts(seller=SELLER).bundle(receipt(1, tax_system=None))


def test_the_new_gateway_has_the_customer_beside_the_bundle() -> None:
    assert "customerDetails" not in Receipts().bundle(receipt(1))
    assert Receipts("legacy").bundle(receipt(1))["customerDetails"] == {"email": "anna@example.com"}


def test_kinds_of_receipts() -> None:
    kinds = Receipts()
    assert kinds.bundle(receipt(7))["receiptType"] == "SELL"
    assert kinds.bundle(receipt(7), "SELL_REFUND")["receiptType"] == "SELL_REFUND"
    assert kinds.bundle(receipt(7), "SELL", PREPAID)["payments"] == [{"type": 2, "sum": 7}]


@pytest.mark.parametrize(
    ("vat", "new", "legacy"),
    [("none", 0, 0), ("0", 1, 1), ("10", 2, 2), ("10/110", 4, 4), ("20", 6, 6), ("20/120", 7, 7), ("5", 8, 10),
     ("5/105", 9, 11), ("7", 10, 12), ("7/107", 11, 13), ("22", 12, 14), ("22/122", 13, 15)],
)  # fmt: skip
def test_each_platform_numbers_vat_in_its_own_way(vat: Vat, new: int, legacy: int) -> None:
    assert [line_of(platform=platform, vat=vat)["tax"]["taxType"] for platform in ("new", "legacy")] == [new, legacy]


def test_the_old_platform_has_numbers_and_a_measure_as_well() -> None:
    line = line_of(platform="legacy")
    assert line["quantity"] == {"value": 2, "measure": "шт"}
    assert line["itemAttributes"] == {
        "attributes": [{"name": "paymentMethod", "value": "2"}, {"name": "paymentObject", "value": "4"}]
    }


@given(st.text(max_size=300))
def test_names_are_of_sbers_alphabet(name: str) -> None:
    told = line_of(name=name)["name"]
    assert ALLOWED.fullmatch(told)
    assert 0 < len(told) <= MAX_NAME


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Зал «Белый» — 2 ч", 'Зал "Белый" - 2 ч'),
        ("Фон 2,7×11 м, 500 ₽", "Фон 2,7x11 м, 500 руб."),
        ("Ёлка № 5\u00a0шт…", "Ёлка № 5 шт..."),
        ("Café — crème 🎄", "Cafe - creme"),
        ("Циклорама ½ дня, 45°", "Циклорама 1/2 дня, 45 град."),
        ("и\u0306од", "йод"),
        ("  два\n строки ", "два строки"),
        ("🎄", ""),
    ],
)
def test_what_the_alphabet_lacks_is_written_another_way(written: str, told: str) -> None:
    assert plain(written, 100) == told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("https://studio.example/a?b=%D0%B9#c", "https://studio.example/a?b=%D0%B9#c"),
        ("https://студия.рф:8443/спасибо?зал=1", "https://xn--d1aizef8e.xn--p1ai:8443/%D1%81%D0%BF%D0%B0%D1%81%D0%B8%D0%B1%D0%BE?%D0%B7%D0%B0%D0%BB=1"),
        ("https://" + "ю" * 80 + ".example/", "https://" + "%D1%8E" * 80 + ".example/"),
    ],
)  # fmt: skip
def test_the_way_back_is_told_in_ascii(written: str, told: str) -> None:
    assert in_ascii(written) == told


@pytest.mark.parametrize("inn", ["123", "12345678901", "50271190ab"])
def test_an_inn_is_checked_at_the_start(inn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECEIPT_COMPANY_INN", inn)
    with pytest.raises(ValueError, match="10 or 12"):
        PaymentSettings()
