"""Amounts: integer kopecks inside, strings of rubles on YooKassa's wire."""

import re

# Ten digits of rubles are beyond any payment and far inside SQLite's integers.
RUBLES = re.compile(r"[0-9]{1,10}\.[0-9]{2}")


def kopecks(rubles: str) -> int:
    """`"1000.00"` as 100000; `ValueError` for any other form."""
    if not RUBLES.fullmatch(rubles):
        raise ValueError("expected rubles with two decimals, like 1000.00")
    whole, _, part = rubles.partition(".")
    return int(whole) * 100 + int(part)


def rubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"
