"""What staff add to a price by hand, and take off it: always the last of its adjustments."""

from collections.abc import Sequence

from booking.prices.rounding import sellable, share
from shared_schemas.booking.prices import Price, PriceAdjustment
from shared_schemas.common import Money, SignedMoney


def with_lines(price: Price, lines: Sequence[PriceAdjustment], percent: int) -> Price:
    """The price with just these lines by hand, which come last; `percent` of it is the prepayment.

    A discount takes off no more than there is."""
    before = lines_of(price)
    if not before and not lines:
        return price
    total, kept = price.total.amount - sum(line.amount.amount for line in before), list[PriceAdjustment]()
    for line in sorted(lines, key=lambda line: line.amount.amount < 0):
        amount = max(line.amount.amount, -total)
        total += amount
        kept.append(line.model_copy(update={"amount": SignedMoney(amount=amount)}))
    others = [found for found in price.adjustments if found.kind != "by_hand"]
    sums = {"total": Money(amount=sellable(total)), "prepayment": Money(amount=share(total, percent))}
    return price.model_copy(update={"adjustments": [*others, *kept], **sums})


def lines_of(price: Price) -> list[PriceAdjustment]:
    """What staff added and took off by hand."""
    return [found for found in price.adjustments if found.kind == "by_hand"]
