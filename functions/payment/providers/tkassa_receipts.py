"""Receipts as T-Kassa writes them (https://www.tbank.ru/kassa/dev/payments), format 1.05."""

from typing import Any, get_args

from payment.domain_receipts import MAX_NAME, PaymentMode, Receipt, ReceiptItem, Vat, number

FFD_VERSION = "1.05"
TAXES: dict[Vat, str] = {
    "none": "none",
    "0": "vat0",
    "5": "vat5",
    "7": "vat7",
    "10": "vat10",
    "20": "vat20",
    "22": "vat22",
    "5/105": "vat105",
    "7/107": "vat107",
    "10/110": "vat110",
    "20/120": "vat120",
    "22/122": "vat122",
}
# Only this mode has another name there.
MODES: dict[PaymentMode, str] = {"partial_prepayment": "prepayment"}
OUR_MODES: dict[str, PaymentMode] = {MODES.get(mode, mode): mode for mode in get_args(PaymentMode)}


def rendered(receipt: Receipt) -> dict[str, Any]:
    """`ValueError` without a tax system, which T-Kassa insists on."""
    if receipt.tax_system is None:
        raise ValueError("T-Kassa's receipts name a tax system")
    customer = {"Email": receipt.email, "Phone": receipt.phone}
    return {
        "FfdVersion": FFD_VERSION,
        "Taxation": receipt.tax_system,
        "Items": [_item(item) for item in receipt.items],
    } | {name: value for name, value in customer.items() if value}


def _item(item: ReceiptItem) -> dict[str, Any]:
    quantity, price = item.priced()
    return {
        "Name": item.name[:MAX_NAME],
        "Price": price,
        "Quantity": number(quantity),
        "Amount": item.amount,
        "Tax": TAXES[item.vat],
        "PaymentMethod": MODES.get(item.mode, item.mode),
        "PaymentObject": item.subject,
    }
