"""Receipts as T-Kassa writes them (OpenAPI 1.80, https://developer.tbank.ru/eacq/api), formats 1.05 and 1.2."""

from typing import Any, get_args

from payment.gateways.fiscal_words import MAX_NAME, FfdVersion, PaymentMode, Receipt, ReceiptItem, Vat, number

# What is sold is counted: a rent, however long, is one, and so is each thing beside it.
PIECE = "шт"
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


def rendered(receipt: Receipt, ffd: FfdVersion = "1.05") -> dict[str, Any]:
    """`ValueError` without a tax system, which T-Kassa insists on."""
    if receipt.tax_system is None:
        raise ValueError("T-Kassa's receipts name a tax system")
    customer = {"Email": receipt.email, "Phone": receipt.phone}
    return {
        "FfdVersion": ffd,
        "Taxation": receipt.tax_system,
        "Items": [_item(item, ffd) for item in receipt.items],
    } | {name: value for name, value in customer.items() if value}


def closing(receipt: Receipt, ffd: FfdVersion = "1.05") -> dict[str, Any]:
    """The receipt of what was prepaid: set off against the prepayment (tag 1215), and no new money.

    Without `Payments` T-Kassa enters the whole sum as cashless money a second time."""
    return rendered(receipt, ffd) | {"Payments": {"Electronic": 0, "AdvancePayment": receipt.total}}


def _item(item: ReceiptItem, ffd: FfdVersion) -> dict[str, Any]:
    quantity, price = item.priced()
    measured = {"MeasurementUnit": PIECE} if ffd == "1.2" else {}
    return measured | {
        "Name": item.name[:MAX_NAME],
        "Price": price,
        "Quantity": number(quantity),
        "Amount": item.amount,
        "Tax": TAXES[item.vat],
        "PaymentMethod": MODES.get(item.mode, item.mode),
        "PaymentObject": item.subject,
    }
