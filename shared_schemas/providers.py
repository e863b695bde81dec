"""Through what the studio takes money, and what people call it: gateways, the desk, and money that it holds already."""

from collections.abc import Mapping
from typing import Literal, get_args

from shared_schemas.errors import Text

Provider = Literal["yookassa", "sberpay", "tkassa"]
"""The payment gateways."""
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
DeskMethod = Literal["cash", "terminal", "transfer", "invoice"]
"""What staff take themselves, and write down when they have it."""
DESK_METHODS: tuple[DeskMethod, ...] = get_args(DeskMethod)
HandedBy = Literal["cash", "terminal", "transfer"]
"""How money for what is held comes over the desk, or goes back over it."""
HeldMoney = Literal["balance", "certificate", "deposit"]
"""Money that the studio holds for somebody already: paying with it moves it to a booking, and nothing comes in."""
HELD_MONEY: tuple[HeldMoney, ...] = get_args(HeldMoney)
ADVANCES: tuple[HeldMoney, ...] = ("balance", "certificate")
"""Held money that was paid for visits to come (аванс); a deposit secures something, and pays for nothing yet."""
Tender = Literal[Provider, DeskMethod, HeldMoney]
"""Whatever a payment may come through."""
LABELS: Mapping[str, Text] = {
    "yookassa": Text("YooKassa", "ЮKassa"),
    "sberpay": Text("SberPay", "СберPay"),
    "tkassa": Text("T-Kassa", "Т-Касса"),
    "cash": Text("Cash", "Наличные"),
    "terminal": Text("Card at the desk", "Карта на стойке"),
    "transfer": Text("Bank transfer", "Перевод"),
    "invoice": Text("Invoice", "Счёт"),
    "balance": Text("Balance at the studio", "Баланс в студии"),
    "certificate": Text("Certificate or pass", "Сертификат или абонемент"),
    "deposit": Text("Deposit", "Залог"),
}
