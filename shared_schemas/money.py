"""Arithmetic of kopecks that more than one service needs."""

from collections.abc import Sequence
from typing import Literal


def share(amount: int, percent: int) -> int:
    """A share of an amount that is not negative, both whole; part of a kopeck counts as a kopeck."""
    return -(-amount * percent // 100)


def later_part(of: int, whole: int, before: int, price: int) -> int:
    """The share of `of` that `price` of `whole` is, where the shares of `before` are gone already: parts of parts add
    up to all of it."""
    return of * (before + price) // whole - of * before // whole


def spread(weights: Sequence[int], total: int) -> list[int]:
    """`total` in parts proportional to `weights`, to the kopeck; what rounding left goes to the largest remainders."""
    whole = sum(weights)
    parts = [weight * total // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(weights[i] * total % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def written(kopecks: int, locale: Literal["en", "ru"]) -> str:
    """«1 500,50 ₽», "RUB 1,500.50"."""
    sign, amount = "−" if kopecks < 0 else "", abs(kopecks)
    rubles = f"{amount // 100:,}.{amount % 100:02}"
    if locale == "en":
        return f"{sign}RUB {rubles}"
    return sign + rubles.replace(",", "\u00a0").replace(".", ",") + "\u00a0₽"
