"""The file of 1C's exchange with banks («1CClientBankExchange»), versions 1.00 to 1.03.

Lines of `key=value`; a payment stands between `СекцияДокумент` and `КонецДокумента`. The encoding is what `Кодировка`
says, Windows (1251) or DOS (866), or UTF-8 whatever it says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from payment.bank.errors import (
    BankFileBrokenError,
    BankFileEncodingError,
    BankFileTooLongError,
    NotABankFileError,
)
from shared_schemas.common import Day

FIRST_LINE, END = "1CClientBankExchange", "КонецФайла"
CODECS = (("cp1251", "Windows"), ("cp866", "DOS"))
ACCOUNT, DOCUMENT = "СекцияРасчСчет", "СекцияДокумент"
ENDS = {ACCOUNT: "КонецРасчСчет", DOCUMENT: "КонецДокумента"}
BREAK = re.compile(r"\r\n|\r|\n")
DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.((?:19|20)[0-9]{2})")
SUM = re.compile(r"([0-9]{1,10})(?:[.,]([0-9]{1,2}))?")
PURPOSE = "НазначениеПлатежа"
MOST = 2000


@dataclass(frozen=True)
class Document:
    """A payment; `line` is where it begins, `amount` is in kopecks, `received_on` is None until it has arrived."""

    line: int
    number: str
    date: Day
    amount: int
    payer: str
    payer_inn: str
    account: str
    received_on: Day | None
    purpose: str


@dataclass
class Exchange:
    """What a file has."""

    accounts: list[str] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None
    documents: list[Document] = field(default_factory=list)


def decoded(data: bytes) -> str:
    """The text of a file. `BankFileEncodingError`; `NotABankFileError` if that is no question here."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if not data.startswith(FIRST_LINE.encode()):
        # What Windows saves as Unicode is such a file all the same.
        wide = data.decode("utf-16", errors="replace").startswith(FIRST_LINE)
        raise BankFileEncodingError if wide else NotABankFileError
    for codec, name in CODECS:
        text = data.decode(codec, errors="replace")
        if re.search(rf"(?mi)^Кодировка\s*=\s*{name}\s*$", text) and "\ufffd" not in text:
            return text
    raise BankFileEncodingError


def parsed(text: str) -> Exchange:
    """The payments of a file. `NotABankFileError`, `BankFileBrokenError` with the line, `BankFileTooLongError`."""
    lines = BREAK.split(text.lstrip("\ufeff"))
    if lines[0].strip() != FIRST_LINE:
        raise NotABankFileError
    found, place = Exchange(), 1
    while place < len(lines):
        line = lines[place].strip()
        place += 1
        if line == END:
            return found
        key, _, value = line.partition("=")
        if key in ENDS:
            values, behind = _section(lines, place, ENDS[key])
            if key == DOCUMENT:
                found.documents.append(_document(values, place))
            place = behind
        elif key == "РасчСчет":
            found.accounts.append(value.strip())
        elif key == "ДатаНачала":
            found.first_day = _day(value, place)
        elif key == "ДатаКонца":
            found.last_day = _day(value, place)
        if len(found.documents) > MOST:
            raise BankFileTooLongError(max=MOST)
    # It was cut off somewhere.
    raise BankFileBrokenError(line=len(lines))


def _section(lines: list[str], begin: int, end: str) -> tuple[Mapping[str, tuple[str, int]], int]:
    """The values to the end of a section, each with its line, and where the next one begins."""
    values: dict[str, tuple[str, int]] = {}
    last = ""
    for place in range(begin, len(lines)):
        line = lines[place].strip()
        if line == end:
            return values, place + 1
        key, equals, value = line.partition("=")
        if equals and not key.startswith(("Секция", "Конец")):
            last = key.strip()
            values.setdefault(last, (value.strip(), place + 1))
        elif last.startswith(PURPOSE) and not line.startswith(("Секция", "Конец")):
            # Some banks break a long purpose.
            values[last] = (f"{values[last][0]} {line}".strip(), values[last][1])
        elif line:
            raise BankFileBrokenError(line=place + 1)
    raise BankFileBrokenError(line=len(lines))


def _document(values: Mapping[str, tuple[str, int]], begin: int) -> Document:
    def of(*names: str) -> str:
        return next((values[name][0] for name in names if name in values and values[name][0]), "")

    def where(name: str) -> int:
        return values[name][1] if name in values else begin

    received = of("ДатаПоступило")
    return Document(
        line=begin,
        number=_told(of("Номер"), where("Номер"))[:40],
        date=_day(of("Дата"), where("Дата")),
        amount=_kopecks(of("Сумма"), where("Сумма")),
        payer=of("Плательщик1", "Плательщик")[:300],
        payer_inn=of("ПлательщикИНН")[:12],
        account=of("ПолучательСчет", "ПолучательРасчСчет"),
        received_on=_day(received, where("ДатаПоступило")) if received else None,
        purpose=" ".join(_purpose(values))[:1000],
    )


def _purpose(values: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """As a whole, or in numbered parts."""
    if whole := values.get(PURPOSE, ("", 0))[0]:
        yield whole
        return
    yield from (value for key, (value, _) in values.items() if key.startswith(PURPOSE) and value)


def _told(value: str, line: int) -> str:
    if not value:
        raise BankFileBrokenError(line=line)
    return value


def _day(value: str, line: int) -> date:
    written = DATE.fullmatch(value.strip())
    if written is None:
        raise BankFileBrokenError(line=line)
    day, month, year = map(int, written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise BankFileBrokenError(line=line) from None


def _kopecks(value: str, line: int) -> int:
    whole = SUM.fullmatch(value)
    kopecks = int(whole[1]) * 100 + int((whole[2] or "").ljust(2, "0")) if whole else 0
    if not kopecks:
        raise BankFileBrokenError(line=line)
    return kopecks
