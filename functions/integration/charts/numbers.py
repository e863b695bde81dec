"""How axes are divided, and how figures and dates are written in both languages."""

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil, floor, log10

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal

from shared_schemas.errors import Locale

Format = Callable[[float], str]
SIGN = {"en": "₽{}", "ru": "{}\N{NO-BREAK SPACE}₽"}
PERCENT = {"en": "{}%", "ru": "{}\N{NO-BREAK SPACE}%"}
DAY = "d MMM"
FEW = 10_000
"""Up to here, a number on an axis is written out."""


def ticks(least: float, most: float, wanted: int = 5) -> Sequence[float]:
    """Round numbers that enclose both, and zero: about as many as wanted."""
    least, most = min(least, 0), max(most, 0)
    span = (most - least) or 1
    rough = span / wanted
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = floor(least / step), ceil(most / step)
    return [round(step * number, 9) for number in range(first, max(last, first + 1) + 1)]


def count(locale: Locale) -> Format:
    """A whole number, or one digit more."""
    return lambda value: _decimal(value, locale)


def percent(locale: Locale) -> Format:
    return lambda value: PERCENT[locale].format(_decimal(value, locale))


def money(locale: Locale) -> Format:
    """Kopecks as rubles."""

    def write(value: float) -> str:
        amount = SIGN[locale].format(_decimal(abs(value) / 100, locale))
        return f"−{amount}" if value < 0 else amount

    return write


def hours(locale: Locale) -> Format:
    """Minutes as hours."""
    return lambda value: _decimal(value / 60, locale)


def day(value: date, locale: Locale) -> str:
    return str(format_date(value, DAY, locale))


def month(value: date, locale: Locale) -> str:
    return str(format_date(value, "LLL y", locale))


def weekday(number: int, locale: Locale) -> str:
    """By its ISO number."""
    return str(format_date(date(2024, 1, number), "ccc", locale))  # 2024 began on a Monday.


def _decimal(value: float, locale: Locale) -> str:
    if abs(value) >= FEW:
        return str(format_compact_decimal(value, locale=locale, fraction_digits=2))
    return str(format_decimal(round(value, 1), locale=locale))
