"""Receipts as Sber writes them: the `orderBundle` of its payment gateway (ecomtest.sberbank.ru/doc, 2026).

The platform before it (`legacy`) reads the same words, and its own: numbers in `itemAttributes`, a measure of every
quantity, the customer inside of the bundle, and numbers of its own for the VAT of 5, 7 and 22 %."""

from dataclasses import dataclass, field
from typing import Any, Literal

from payment.gateways.fiscal_words import PaymentMode, PaymentSubject, Receipt, ReceiptItem, Seller, Vat, number
from payment.gateways.sberpay.text import plain

Platform = Literal["new", "legacy"]
ReceiptType = Literal["SELL", "SELL_REFUND"]
# Tags 1081 and 1215: money that moves now, and money that moved before.
CASHLESS, PREPAID = 1, 2
# The schema's own limit; the law would take 128.
MAX_NAME = 100
NAMELESS = "Услуга"
PIECES, PIECES_NUMBER = "шт", "0"
TAX_TYPES: dict[Vat, int] = {"none": 0, "0": 1, "10": 2, "10/110": 4, "20": 6, "20/120": 7}
LATER_TAX_TYPES: dict[Platform, dict[Vat, int]] = {
    "new": {"5": 8, "5/105": 9, "7": 10, "7/107": 11, "22": 12, "22/122": 13},
    "legacy": {"5": 10, "5/105": 11, "7": 12, "7/107": 13, "22": 14, "22/122": 15},
}
# Only this mode has another name there.
MODES: dict[PaymentMode, str] = {"partial_prepayment": "prepayment"}
MODE_NUMBERS: dict[PaymentMode, int] = {
    "full_prepayment": 1,
    "partial_prepayment": 2,
    "advance": 3,
    "full_payment": 4,
    "partial_payment": 5,
    "credit": 6,
    "credit_payment": 7,
}
SUBJECT_NUMBERS: dict[PaymentSubject, int] = {"commodity": 1, "service": 4, "payment": 10}


@dataclass(frozen=True)
class Receipts:
    """How one shop's receipts are written; `taxes` is the platform whose numbers of VAT it uses."""

    platform: Platform = "new"
    seller: Seller = field(default_factory=Seller)
    taxes: Platform = "new"

    def bundle(self, receipt: Receipt, kind: ReceiptType = "SELL", paid: int = CASHLESS) -> dict[str, Any]:
        """The `orderBundle`; `paid` is how: `CASHLESS`, or `PREPAID` where the money came earlier."""
        body: dict[str, Any] = {
            "ffdVersion": self.seller.ffd,
            "receiptType": kind,
            "payments": [{"type": paid, "sum": receipt.total}],
            "total": receipt.total,
            "cartItems": {"items": self._lines(receipt)},
        }
        if self.seller.is_named and receipt.tax_system:
            body["company"] = {
                "email": self.seller.email,
                "sno": receipt.tax_system,
                "inn": self.seller.inn,
                "paymentAddress": self.seller.address,
            }
        if self.platform == "legacy":
            body["customerDetails"] = customer(receipt)
        return body

    def returned(self, receipt: Receipt) -> dict[str, Any]:
        """The old platform's `refundItems`: by positions, names and codes of the order, no more than it had of each."""
        names = ("positionId", "itemCode", "name", "quantity", "itemPrice", "itemAmount")
        return {"items": [{name: line[name] for name in names} for line in self._lines(receipt)]}

    def _lines(self, receipt: Receipt) -> list[dict[str, Any]]:
        return [self._line(position, item) for position, item in enumerate(receipt.items, 1)]

    def _line(self, position: int, item: ReceiptItem) -> dict[str, Any]:
        quantity, price = item.priced()
        code = str(item.position or position)
        line: dict[str, Any] = {
            "positionId": code,
            "itemCode": code,
            "name": plain(item.name, MAX_NAME) or NAMELESS,
            "quantity": {"value": number(quantity)},
            "itemPrice": price,
            "itemAmount": item.amount,
            "paymentMethod": MODES.get(item.mode, item.mode),
            "paymentObject": item.subject,
            "tax": {"taxType": (TAX_TYPES | LATER_TAX_TYPES[self.taxes])[item.vat]},
        }
        self._measure(line)
        if self.platform == "legacy":
            line["itemAttributes"] = {"attributes": _attributes(item)}
        return line

    def _measure(self, line: dict[str, Any]) -> None:
        """In pieces, for a line's price is that of one of it; format 1.2 has numbers for subjects as well."""
        if self.seller.ffd == "1.2":
            line["quantity"]["measure"] = PIECES_NUMBER
            line["paymentObject"] = str(SUBJECT_NUMBERS[line["paymentObject"]])
            return
        line["measurementUnit"] = PIECES
        if self.platform == "legacy":
            line["quantity"]["measure"] = PIECES


def customer(receipt: Receipt) -> dict[str, str]:
    """Whom it goes to: beside the bundle, and at the old platform inside of it."""
    told = {"email": receipt.email, "phone": receipt.phone}
    return {name: value for name, value in told.items() if value}


def _attributes(item: ReceiptItem) -> list[dict[str, str]]:
    numbers = {"paymentMethod": MODE_NUMBERS[item.mode], "paymentObject": SUBJECT_NUMBERS[item.subject]}
    return [{"name": name, "value": str(value)} for name, value in numbers.items()]
