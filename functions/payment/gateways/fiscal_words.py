"""Fiscal receipts (54-FZ) in terms common to all gateways. Amounts are kopecks."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from shared_schemas.money import spread

Vat = Literal["none", "0", "5", "7", "10", "20", "22", "5/105", "7/107", "10/110", "20/120", "22/122"]
TaxSystem = Literal["osn", "usn_income", "usn_income_outcome", "esn", "patent"]
PaymentSubject = Literal["commodity", "service", "payment"]
PaymentMode = Literal[
    "full_prepayment", "partial_prepayment", "advance", "full_payment", "partial_payment", "credit", "credit_payment"
]
PREPAID: frozenset[PaymentMode] = frozenset({"full_prepayment", "partial_prepayment", "advance"})
# What is paid in advance is taxed at a rate of the whole sum (tax code, article 164, paragraph 4).
IN_ADVANCE: dict[Vat, Vat] = {"5": "5/105", "7": "7/107", "10": "10/110", "20": "20/120", "22": "22/122"}
# The format of fiscal documents that the studio's till speaks.
FfdVersion = Literal["1.05", "1.2"]
# Registration is independent: it may fail although the payment succeeded.
ReceiptStatus = Literal["pending", "succeeded", "canceled"]
MAX_ITEMS = 100
MAX_NAME = 128


@dataclass(frozen=True)
class ReceiptItem:
    """One line: `amount` is the whole line's, so that lines always add up to the payment.

    `position` tells the lines of a sale apart, from 1, in all its receipts; 0 leaves it to their order."""

    name: str
    amount: int
    quantity: Decimal = Decimal(1)
    vat: Vat = "none"
    subject: PaymentSubject = "service"
    mode: PaymentMode = "full_prepayment"
    position: int = 0

    def priced(self) -> tuple[Decimal, int]:
        """Quantity and price of one; a single piece at the whole amount where that does not divide evenly.

        Gateways multiply the two and compare with the payment to the kopeck; quantities have three decimals."""
        quantity = self.quantity.normalize()
        if quantity > 0 and quantity == round(quantity, 3):
            price = Decimal(self.amount) / quantity
            if price == int(price) and int(price) * quantity == self.amount:
                return quantity, int(price)
        return Decimal(1), self.amount


@dataclass(frozen=True)
class Seller:
    """The studio and its cash register, as gateways ask for them; `address` is that of its site (tag 1187)."""

    ffd: FfdVersion = "1.05"
    email: str = ""
    inn: str = ""
    address: str = ""

    @property
    def is_named(self) -> bool:
        """Whether all fields about the seller are known; a part of them is useless."""
        return bool(self.email and self.inn and self.address)


@dataclass(frozen=True)
class Receipt:
    """Who gets it, at `email` or `phone` (E.164), and for what."""

    items: tuple[ReceiptItem, ...]
    email: str | None = None
    phone: str | None = None
    tax_system: TaxSystem | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.items) <= MAX_ITEMS:
            raise ValueError(f"a receipt has 1 to {MAX_ITEMS} items")
        if not (self.email or self.phone):
            raise ValueError("a receipt needs an address or a telephone number")
        if any(item.amount <= 0 for item in self.items):
            raise ValueError("a line of a receipt costs something")

    @property
    def total(self) -> int:
        return sum(item.amount for item in self.items)

    def require_total(self, amount: int) -> None:
        """`ValueError` if it is not the receipt of exactly this much money; a gateway would refuse it."""
        if self.total != amount:
            raise ValueError(f"a receipt of {self.total} for {amount}")

    def of_amount(self, total: int) -> "Receipt":
        """The same lines, lowered or raised in proportion to cost `total` exactly; lines left at zero are dropped."""
        amounts = spread([item.amount for item in self.items], total)
        lines = zip(self.items, amounts, strict=True)
        return replace(self, items=tuple(replace(item, amount=amount) for item, amount in lines if amount))


def number(quantity: Decimal) -> int | float:
    """A quantity as JSON has numbers; with three decimals at most nothing is lost."""
    return int(quantity) if quantity == int(quantity) else float(quantity)
