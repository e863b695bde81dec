"""What the studio's own till prints of an advance (54-FZ): of money for visits to come, when it comes and goes back.

It belongs to an entry of held money, and is stored with it: settings change, and a printed receipt does not."""

from dataclasses import dataclass
from decimal import Decimal

from payment.gateways.fiscal_words import IN_ADVANCE, ReceiptItem, Vat
from payment.receipts.life import shown_line
from payment.receipts.plan import ReceiptPolicy
from shared_schemas.common import Money
from shared_schemas.payment.receipts import AdvanceReceipt, AdvanceTender
from shared_schemas.providers import Tender

# The name of its line where nothing was sold by a name. Receipts are in Russian.
OF_A_BALANCE = "Аванс"


@dataclass(frozen=True)
class Advance:
    """Its line, and whether the money is counted as cash (tag 1031) or not (1081)."""

    name: str
    vat: Vat
    tender: AdvanceTender


def advance(name: str, method: Tender, policy: ReceiptPolicy) -> Advance:
    """An advance that is paid in this way, at the rate of today's settings."""
    return Advance(name, IN_ADVANCE.get(policy.vat, policy.vat), tender_of(method))


def tender_of(method: Tender) -> AdvanceTender:
    return "cash" if method == "cash" else "cashless"


def view(printed: Advance | None, worth: int) -> AdvanceReceipt | None:
    """The receipt as staff type it in; `worth` in kopecks, below zero where the money went back."""
    if printed is None:
        return None
    line = ReceiptItem(printed.name, abs(worth), Decimal(1), mode="advance", subject="payment", vat=printed.vat)
    return AdvanceReceipt(
        kind="advance" if worth > 0 else "advance_return",
        amount=Money(amount=abs(worth)),
        tender=printed.tender,
        lines=[shown_line(line)],
    )
