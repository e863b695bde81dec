"""The price of a visit that was sold elsewhere: one line, for as much as was agreed there."""

from uuid import UUID

from shared_schemas.booking.prices import Price, QuoteLine
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.common import Money

NO_TARIFF = UUID(int=0)
"""No rule of a price list made this price."""
NAME = "Перенесено из другой системы"


def agreed_price(slot: SlotRequest, total: Money, tariff_version: int) -> Price:
    """With nothing to pay in advance; `tariff_version` is what further time will cost by."""
    minutes = int((slot.end - slot.start).total_seconds()) // 60
    line = QuoteLine(
        hall_id=slot.hall_id,
        start=slot.start,
        end=slot.end,
        tariff_id=NO_TARIFF,
        tariff_name=NAME,
        price_per_hour=Money(amount=total.amount * 60 // max(minutes, 1)),
        amount=total,
    )
    return Price(lines=[line], total=total, prepayment=Money(amount=0), tariff_version=tariff_version)
