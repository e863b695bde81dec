"""Receipts as Sber writes them: the `orderBundle` of an order, format 1.05."""

from typing import Any

from payment.domain_receipts import MAX_NAME, PaymentMode, PaymentSubject, Receipt, ReceiptItem, Vat, number

FFD_VERSION = "1.05"
CASHLESS = 1
TAX_TYPES: dict[Vat, int] = {
    "none": 0,
    "0": 1,
    "10": 2,
    "10/110": 4,
    "20": 6,
    "20/120": 7,
    "5": 8,
    "5/105": 9,
    "7": 10,
    "7/107": 11,
    "22": 12,
    "22/122": 13,
}
MODES: dict[PaymentMode, int] = {
    "full_prepayment": 1,
    "partial_prepayment": 2,
    "advance": 3,
    "full_payment": 4,
    "partial_payment": 5,
    "credit": 6,
    "credit_payment": 7,
}
SUBJECTS: dict[PaymentSubject, int] = {"commodity": 1, "service": 4, "payment": 10}


def rendered(receipt: Receipt) -> dict[str, Any]:
    customer = {"email": receipt.email, "phone": receipt.phone}
    body: dict[str, Any] = {
        "ffdVersion": FFD_VERSION,
        "receiptType": "sell",
        "payments": [{"type": CASHLESS, "sum": receipt.total}],
        "total": receipt.total,
        "customerDetails": {name: value for name, value in customer.items() if value},
        "cartItems": {"items": [_item(position, item) for position, item in enumerate(receipt.items, 1)]},
    }
    if receipt.tax_system:
        body["company"] = {"sno": receipt.tax_system}
    return body


def returned(receipt: Receipt) -> dict[str, Any]:
    """What goes back, as `refundItems`: by positions, names and codes of the order, and no more of each than it had."""
    lines = [_item(position, item) for position, item in enumerate(receipt.items, 1)]
    names = ("positionId", "itemCode", "name", "quantity", "itemPrice", "itemAmount")
    return {"items": [{name: line[name] for name in names} for line in lines]}


def _item(position: int, item: ReceiptItem) -> dict[str, Any]:
    quantity, price = item.priced()
    code = str(item.position or position)
    return {
        "positionId": code,
        "itemCode": code,
        "name": item.name[:MAX_NAME],
        "quantity": {"value": number(quantity), "measure": "шт"},
        "itemPrice": price,
        "itemAmount": item.amount,
        "paymentMethod": MODES[item.mode],
        "paymentObject": SUBJECTS[item.subject],
        "tax": {"taxType": TAX_TYPES[item.vat]},
    }
