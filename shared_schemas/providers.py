"""The payment gateways that the studio may take money through, and what people call them."""

from collections.abc import Mapping
from typing import Literal, get_args

from shared_schemas.errors import Text

Provider = Literal["yookassa", "sberpay", "tkassa"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
LABELS: Mapping[str, Text] = {
    "yookassa": Text("YooKassa", "ЮKassa"),
    "sberpay": Text("SberPay", "СберPay"),
    "tkassa": Text("T-Kassa", "Т-Касса"),
}
