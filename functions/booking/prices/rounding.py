"""Arithmetic of kopecks: the only place where amounts are rounded."""

from shared_schemas.booking.rates import MAX_PRICE
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.money import share as share

CELLS_PER_HOUR = 4
TOO_HIGH = Text("The price would be above {max:money}", "Цена была бы выше {max:money}")


def sellable(amount: int) -> int:
    """The amount, if the books can hold it; `RuleViolationError` if prices multiply beyond any order."""
    if abs(amount) > MAX_PRICE:
        raise RuleViolationError([Violation("hall_id", "price_too_high", TOO_HIGH, {"max": MAX_PRICE})])
    return amount


def hourly(rate: int, cells: int) -> int:
    """What 15-minute cells cost at an hourly rate, which contracts keep divisible by four."""
    return rate // CELLS_PER_HOUR * cells
