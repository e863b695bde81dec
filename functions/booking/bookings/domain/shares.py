"""How a booking's price came about, as far as events tell: time by hall and tariff, and what a promo code took off."""

from collections import defaultdict
from uuid import UUID

from shared_schemas.booking.prices import Price
from shared_schemas.common import Money
from shared_schemas.events.bookings import TariffShare


def tariff_shares(price: Price) -> list[TariffShare]:
    """Minutes and amounts, before adjustments, of each hall and tariff, in the order in which they were sold."""
    sums: defaultdict[tuple[UUID, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in price.lines:
        found = sums[line.hall_id, line.tariff_name]
        found[0] += int((line.end - line.start).total_seconds()) // 60
        found[1] += line.amount.amount
    return [
        TariffShare(hall_id=hall_id, tariff=tariff, minutes=minutes, amount=Money(amount=amount))
        for (hall_id, tariff), (minutes, amount) in sums.items()
    ]


def promo_discount(price: Price) -> Money | None:
    """What the promo code took off; None without one."""
    taken = [-line.amount.amount for line in price.adjustments if line.kind == "promo_code"]
    return Money(amount=sum(taken)) if price.promo_code else None
