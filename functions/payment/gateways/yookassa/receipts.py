"""Receipts as YooKassa writes them (https://yookassa.ru/developers/payment-acceptance/receipts)."""

from typing import Any

from payment.gateways.fiscal_words import MAX_NAME, Receipt, ReceiptItem, TaxSystem, Vat
from payment.gateways.yookassa.wire import amount

VAT_CODES: dict[Vat, int] = {
    "none": 1,
    "0": 2,
    "10": 3,
    "20": 4,
    "10/110": 5,
    "20/120": 6,
    "5": 7,
    "7": 8,
    "5/105": 9,
    "7/107": 10,
    "22": 11,
    "22/122": 12,
}
# What is sold is counted: a rent, however long, is one, and so is each thing beside it.
PIECE = "piece"
TAX_SYSTEMS: dict[TaxSystem, int] = {"osn": 1, "usn_income": 2, "usn_income_outcome": 3, "esn": 5, "patent": 6}


def rendered(receipt: Receipt) -> dict[str, Any]:
    customer = {"email": receipt.email, "phone": (receipt.phone or "").removeprefix("+") or None}
    body: dict[str, Any] = {
        "customer": {name: value for name, value in customer.items() if value},
        "items": [_item(item) for item in receipt.items],
    }
    if receipt.tax_system:
        body["tax_system_code"] = TAX_SYSTEMS[receipt.tax_system]
    return body


def _item(item: ReceiptItem) -> dict[str, Any]:
    quantity, price = item.priced()
    return {
        "description": item.name[:MAX_NAME],
        "quantity": f"{quantity:f}",
        # Required with receipts by YooKassa and by tills of format 1.2, and no fault with others.
        "measure": PIECE,
        "amount": amount(price),
        "vat_code": VAT_CODES[item.vat],
        "payment_subject": item.subject,
        "payment_mode": item.mode,
    }
