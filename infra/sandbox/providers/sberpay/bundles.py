"""What a schema cannot say of a receipt: that its sums are one, and how it is paid."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.sandbox.providers.sberpay.errors import INVALID, SberError
from infra.sandbox.providers.sberpay.wire import Wire
from infra.sandbox.schemas import Schemas

SCHEMAS = Schemas(Path(__file__).with_name("schemas.json"))
# Tag 1215: the sum was paid before, and is set off.
PREPAID = 2
# The old interface's forms are text, so that only what is nested in them has a schema.
NESTED = {"orderBundle": "LegacyOrderBundle", "refundItems": "LegacyItems"}


def check(method: str, document: dict[str, Any], wire: Wire) -> None:
    """`SberError` names the first field that is not as published."""
    parts = [(method, document)] if wire == "partner" else _nested(document)
    for name, part in parts:
        if fault := SCHEMAS.fault(name, part):
            raise SberError(INVALID, f"{fault.where}: {fault.message} ({SCHEMAS.source})")


def check_sums(bundle: dict[str, Any] | None, amount: int) -> None:
    """The lines make up the amount, and so do `total` and the ways it is paid."""
    if bundle is None:
        return
    items = bundle.get("cartItems", {}).get("items", ())
    if not items:
        raise SberError(INVALID, "orderBundle.cartItems: нет позиций")
    for item in items:
        _check_line(item)
    sums = {"cartItems": sum(item.get("itemAmount", 0) for item in items)}
    if "total" in bundle:
        sums["total"] = bundle["total"]
    if "payments" in bundle:
        sums["payments"] = sum(paid["sum"] for paid in bundle["payments"])
    for name, total in sums.items():
        if total != amount:
            raise SberError(INVALID, f"orderBundle.{name}: сумма {total} не равна сумме заказа {amount}")


def check_closing(bundle: dict[str, Any]) -> None:
    """Stricter than the gateway, which would silently enter cashless money a second time."""
    if bundle.get("receiptType", "SELL").upper() != "SELL":
        return
    if any(paid["type"] != PREPAID for paid in bundle.get("payments", ())):
        raise SberError(INVALID, f"orderBundle.payments: чек расчёта зачитывает предоплату, тип {PREPAID}")


def _check_line(item: dict[str, Any]) -> None:
    if "itemPrice" not in item or "itemAmount" not in item:
        return
    if Decimal(str(item["quantity"]["value"])) * item["itemPrice"] != item["itemAmount"]:
        raise SberError(INVALID, f"itemAmount: позиция {item['positionId']} не равна цене, умноженной на количество")


def _nested(document: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(schema, document[name]) for name, schema in NESTED.items() if document.get(name) is not None]
