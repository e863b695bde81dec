"""A gateway's words reach a log and operators without what is private in them."""

import pytest

from payment.gateways.port import GatewayFaultError, GatewayRefusedError
from payment.gateways.privacy import LONGEST, said, spoken


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("receipt.items[0].vat_code: Неверное значение", "receipt.items[0].vat_code: Неверное значение"),
        ("Email anna@example.com неверен", "Email … неверен"),
        ("Телефон +7 (916) 123-45-67 не подходит", "Телефон … не подходит"),
        ("Карта 4300 0000 0000 0777", "Карта …"),
        ("Token 0024a00af7c350a3a67ca168ce06502aa72772456662e3 неверен", "Token … неверен"),
        ("Сумма 200000 не равна 199999", "Сумма 200000 не равна 199999"),
        ("две\n строки", "две строки"),
    ],
)
def test_words_keep_what_helps_and_lose_what_is_private(words: str, kept: str) -> None:
    assert spoken(words) == kept


def test_words_are_no_longer_than_a_line() -> None:
    assert len(spoken("слово " * 1000)) <= LONGEST


def test_fields_are_said_once_each() -> None:
    assert said("Неверный чек", None, " ", "Неверный чек", "Items пуст") == "Неверный чек; Items пуст"


def test_every_refusal_is_clean() -> None:
    for error in (GatewayFaultError("5", "anna@example.com"), GatewayRefusedError("5", "anna@example.com")):
        assert str(error) == "5: …"
