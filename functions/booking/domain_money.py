"""Arithmetic of kopecks: the one place where amounts are rounded."""

CELLS_PER_HOUR = 4


def share(amount: int, percent: int) -> int:
    """A share of an amount that is not negative, both whole; part of a kopeck counts as a kopeck."""
    return -(-amount * percent // 100)


def hourly(rate: int, cells: int) -> int:
    """What 15-minute cells cost at an hourly rate, which contracts keep divisible by four."""
    return rate // CELLS_PER_HOUR * cells
