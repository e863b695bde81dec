"""Dates, times, lengths and money as people and other systems write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})")
IN_WORDS = re.compile(r"(\d{1,2})\s+([а-я]{3,8})\.?\s+(\d{4})(?:\s*г\.?)?")
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?")
HALF_DAY = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\.?", re.IGNORECASE)
APART = re.compile(r"\s+(?=[ap]\.?m\.?$)", re.IGNORECASE)
SPAN = re.compile(
    r"(?:с\s+)?((?:[^:]*\s)?\d{1,2}(?:[:.]\d{2})?)\s*(?:[-–—]|до|по|to)\s*(\d{1,2}(?:[:.]\d{2})?)", re.IGNORECASE
)
CALLED_OFF = re.compile(
    r"отмен|аннулир|удал|отказ|неявк|не при(?:шел|шла|шли|ехал)|cancel|declin|delet|no.?show", re.IGNORECASE
)
OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
LENGTH = re.compile(
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:ч|час|часа|часов|h|hours?)\.?)?\s*(?:(\d{1,4})\s*(?:м|мин|минут[аы]?|m|min|minutes?)\.?)?"
)
LONGEST = timedelta(days=3)
MIDNIGHT = (24, 0)
FEW, MANY = 12, 15
"""A bare number up to the one is hours, from the other on minutes; nobody can tell what lies between."""


def day(text: str) -> date | None:
    """2026-12-05, 05.12.2026, 5/12/26 or «5 декабря 2026»: the day comes first; None for anything else."""
    written = text.strip().lower()
    if found := ISO_DAY.fullmatch(written):
        return _date(*found.groups())
    if found := DAY_FIRST.fullmatch(written):
        first, month, year = found.groups()
        return _date(year if len(year) == 4 else f"20{year}", month, first)
    if found := IN_WORDS.fullmatch(written):
        first, word, year = found.groups()
        months = [number for number, begins in enumerate(MONTHS, 1) if word.startswith(begins)]
        return _date(year, months[0], first) if months else None
    return None


def clock(text: str) -> tuple[int, int] | None:
    """14:30, 14.30, 14 or 2:30 PM; hours up to 24."""
    written = text.strip()
    if half := HALF_DAY.fullmatch(written):
        hour, minute = int(half[1]) % 12 + 12 * (half[3].lower() == "p"), int(half[2] or 0)
        return (hour, minute) if 1 <= int(half[1]) <= 12 and minute < 60 else None
    found = CLOCK.fullmatch(written)
    hour, minute = map(int, found.groups()) if found else (int(written) if written.isdecimal() else 99, 0)
    return (hour, minute) if (hour < 24 and minute < 60) or (hour, minute) == MIDNIGHT else None


def span(text: str) -> tuple[str, str] | None:
    """When something begins and ends, where one cell has both: 14:00-16:00, «с 14 до 16», 05.12.2026 14:00 – 16:00."""
    found = SPAN.fullmatch(text.strip())
    return (found[1], found[2]) if found else None


def called_off(status: str) -> bool:
    """Whether a status of another system says that nobody will come."""
    return bool(CALLED_OFF.search(status.lower().replace("ё", "е")))


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A day and a time of a hall's zone, or of the zone that they name."""
    written = APART.sub("", text.strip())
    if OFFSET.search(written):
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            return None
        return found.astimezone(UTC) if found.tzinfo else None
    first, _, second = written.replace("T", " ").replace(",", " ").rpartition(" ")
    on, at = day(first), clock(second)
    return local(on, at, zone) if on and at else None


def local(on: date, at: tuple[int, int], zone: ZoneInfo) -> datetime | None:
    """The instant of a wall clock; of a time that there is twice the first, and None of one that is left out."""
    if at == MIDNIGHT:
        on, at = on + timedelta(days=1), (0, 0)
    naive = datetime.combine(on, time(*at))
    found = naive.replace(tzinfo=zone).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None) == naive else None


def length(text: str) -> timedelta | None:
    """90 мин, 2 ч 30 мин, 1,5 ч, 1:30, or a bare number."""
    written = text.strip().lower()
    minutes: Decimal | None = None
    if found := re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", written):
        minutes = Decimal(int(found[1]) * 60 + int(found[2]))
    elif number := re.fullmatch(r"\d{1,4}(?:[.,]\d+)?", written):
        value = Decimal(number[0].replace(",", "."))
        minutes = value * 60 if value <= FEW else value if value >= MANY else None
    elif written and (found := LENGTH.fullmatch(written)):
        minutes = Decimal((found[1] or "0").replace(",", ".")) * 60 + Decimal(found[2] or "0")
    if minutes is None or minutes != int(minutes) or not 0 < minutes <= LONGEST.total_seconds() / 60:
        return None
    return timedelta(minutes=int(minutes))


def kopecks(text: str) -> int | None:
    """2 400,50 ₽, 2400 руб., 2,400.50."""
    written = re.sub(r"[\s\u00a0\u202f]|₽|руб(?:лей|ля|ль)?\.?|р\.?$|rub", "", text.strip().lower())
    if "," in written and "." in written:
        decimal = max(written.rfind(","), written.rfind("."))
        written = re.sub(r"[.,]", "", written[:decimal]) + "." + written[decimal + 1 :]
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+", written):
        written = written.replace(",", "")
    written = written.replace(",", ".")
    if not re.fullmatch(r"\d{1,9}(?:\.\d{1,2})?", written):
        return None
    return int(Decimal(written) * 100)


def _date(year: object, month: object, first: object) -> date | None:
    try:
        found = date(int(str(year)), int(str(month)), int(str(first)))
    except ValueError:
        return None
    return found if 1970 <= found.year < 2200 else None
