"""Sums and dates as Russian papers have them."""

from datetime import date

UNITS = ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
         "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
         "девятнадцать")  # fmt: skip
TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
HUNDREDS = ("", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
RUBLES, KOPECKS = ("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")
SCALES = (
    (10**9, ("миллиард", "миллиарда", "миллиардов")),
    (10**6, ("миллион", "миллиона", "миллионов")),
    (10**3, ("тысяча", "тысячи", "тысяч")),
)
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
          "декабря")  # fmt: skip
Forms = tuple[str, str, str]


def in_words(kopecks: int) -> str:
    """«Две тысячи пятьсот рублей 00 копеек»; below a trillion rubles."""
    rubles, rest = divmod(kopecks, 100)
    text = f"{_number(rubles)} {form(rubles, RUBLES)} {rest:02} {form(rest, KOPECKS)}"
    return text[0].upper() + text[1:]


def form(number: int, forms: Forms) -> str:
    """The form of a noun that goes with a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей."""
    if number % 100 // 10 == 1:
        return forms[2]
    return forms[0] if number % 10 == 1 else forms[1] if number % 10 in (2, 3, 4) else forms[2]


def figures(kopecks: int) -> str:
    """«12 345,60», as in a column of sums."""
    rubles, rest = divmod(kopecks, 100)
    return f"{rubles:,},{rest:02}".replace(",", "\u00a0", f"{rubles:,}".count(","))


def long_date(day: date) -> str:
    """«30 ноября 2026 г.»"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} г."


def _number(number: int) -> str:
    parts = []
    for size, forms in SCALES:
        count, number = divmod(number, size)
        if count:
            parts += [_below_thousand(count, feminine=size == 10**3), form(count, forms)]
    parts.append(_below_thousand(number))
    return " ".join(filter(None, parts)) or "ноль"


def _below_thousand(number: int, *, feminine: bool = False) -> str:
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10) if rest >= len(UNITS) else (0, rest)
    last = {1: "одна", 2: "две"}.get(units, UNITS[units]) if feminine else UNITS[units]
    return " ".join(filter(None, (HUNDREDS[hundreds], TENS[tens], last)))
