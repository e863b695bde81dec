"""Dates, times and money as people write them, in the hall's own time."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_currency

from notification.bookings.domain import Facts
from shared_schemas.common import LocaleCode, Money, SignedMoney

# British English has the day before the month and 24-hour time, as studios do.
LOCALES: dict[LocaleCode, Locale] = {"ru": Locale("ru", "RU"), "en": Locale("en", "GB")}
DAY_AND_MONTH = "d MMM"
# CLDR's own pattern for English has no space between the currency code and the amount.
MONEY_PATTERNS: dict[LocaleCode, str | None] = {"ru": None, "en": "¤¤\u00a0#,##0.00"}


def greeting(name: str, locale: LocaleCode) -> str:
    """«Здравствуйте, Анна!», "Hello Anna,"; without a name where none is to be used."""
    if locale == "ru":
        return f"Здравствуйте, {name}!" if name else "Здравствуйте!"
    return f"Hello {name}," if name else "Hello,"


def money(value: Money | SignedMoney, locale: LocaleCode) -> str:
    """«1 500,00 ₽», "RUB 1,500.00"."""
    amount = Decimal(value.amount).scaleb(-2)
    return format_currency(amount, value.currency, MONEY_PATTERNS[locale], LOCALES[locale])


def short_money(value: Money | SignedMoney, locale: LocaleCode) -> str:
    """ "RUB 1500", «1500 ₽», for an SMS: kopecks only where there are any, and no space beyond GSM's alphabet."""
    rubles, kopecks = divmod(value.amount, 100)
    point = "," if locale == "ru" else "."
    figure = f"{rubles}{point}{kopecks:02}" if kopecks else f"{rubles}"
    return f"{figure} ₽" if locale == "ru" else f"{value.currency} {figure}"


def moment(value: datetime, zone: str, locale: LocaleCode) -> str:
    """«1 декабря 2026 г., 12:15»."""
    local = value.astimezone(ZoneInfo(zone))
    # Many mail fonts lack the narrow space that CLDR sets before «г.».
    day = format_date(local, "long", LOCALES[locale]).replace("\u202f", "\u00a0")
    return f"{day}, {_clock(local, locale)}"


def short_moment(value: datetime, zone: str, locale: LocaleCode) -> str:
    """«1 дек. 12:15», for a subject."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{format_date(local, DAY_AND_MONTH, LOCALES[locale])} {_clock(local, locale)}"


def day(value: date, locale: LocaleCode) -> str:
    """«1 декабря 2026 г.»."""
    return format_date(value, "long", LOCALES[locale]).replace("\u202f", "\u00a0")


def hours(minutes: int, locale: LocaleCode) -> str:
    """«10 ч 30 мин»."""
    whole, rest = divmod(minutes, 60)
    signs = ("ч", "мин") if locale == "ru" else ("h", "min")
    shown = [f"{count}\u00a0{sign}" for count, sign in zip((whole, rest), signs, strict=True) if count]
    return " ".join(shown)


def clock(value: datetime, zone: str, locale: LocaleCode) -> str:
    """«12:15»."""
    return _clock(value.astimezone(ZoneInfo(zone)), locale)


def slot(facts: Facts, locale: LocaleCode) -> str:
    """«1 декабря 2026 г., 12:00–14:00»; both dates where it ends on another day, 24:00 at its midnight."""
    start, end = _local(facts)
    if _ends_that_day(start, end):
        return f"{moment(start, facts.timezone, locale)}–{_closing(start, end, locale)}"
    return f"{moment(start, facts.timezone, locale)} – {moment(end, facts.timezone, locale)}"


def short_slot(facts: Facts, locale: LocaleCode) -> str:
    """ "1 Dec 12:00-14:00", for an SMS: the hyphen, unlike the dash, costs no extra segment."""
    start, end = _local(facts)
    day = format_date(start, DAY_AND_MONTH, LOCALES[locale])
    return f"{day} {_clock(start, locale)}-{_closing(start, end, locale)}"


def place(zone: str, locale: LocaleCode) -> str:
    """The city that a time zone is named after: «Москва»."""
    return get_timezone_location(ZoneInfo(zone), LOCALES[locale], return_city=True)


def _local(facts: Facts) -> tuple[datetime, datetime]:
    zone = ZoneInfo(facts.timezone)
    return facts.start.astimezone(zone), facts.end.astimezone(zone)


def _ends_that_day(start: datetime, end: datetime) -> bool:
    return end.date() == start.date() or _is_its_midnight(start, end)


def _is_its_midnight(start: datetime, end: datetime) -> bool:
    return (end.hour, end.minute) == (0, 0) and end.date() == start.date() + timedelta(days=1)


def _closing(start: datetime, end: datetime, locale: LocaleCode) -> str:
    return "24:00" if _is_its_midnight(start, end) else _clock(end, locale)


def _clock(value: datetime, locale: LocaleCode) -> str:
    return format_time(value, "HH:mm", locale=LOCALES[locale])
