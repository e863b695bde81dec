"""Through what the studio takes money, and what people call it: payment gateways, and what is taken at the desk."""

from collections.abc import Mapping
from typing import Literal, get_args

from shared_schemas.errors import Text

Provider = Literal["yookassa", "sberpay", "tkassa"]
"""The payment gateways."""
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
DeskMethod = Literal["cash", "terminal", "transfer", "invoice"]
"""What staff take themselves, and write down when they have it."""
DESK_METHODS: tuple[DeskMethod, ...] = get_args(DeskMethod)
Tender = Literal[Provider, DeskMethod]
"""Whatever a payment may come through."""
LABELS: Mapping[str, Text] = {
    "yookassa": Text("YooKassa", "ЮKassa"),
    "sberpay": Text("SberPay", "СберPay"),
    "tkassa": Text("T-Kassa", "Т-Касса"),
    "cash": Text("Cash", "Наличные"),
    "terminal": Text("Card at the desk", "Карта на стойке"),
    "transfer": Text("Bank transfer", "Перевод"),
    "invoice": Text("Invoice", "Счёт"),
}
