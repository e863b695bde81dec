"""Tables as other systems write them: encodings, delimiters, headings, dates, lengths, money."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.imports.domain import values
from booking.imports.domain.table import MOST_ROWS, decoded, read
from booking.imports.errors import ColumnsMissingError, TooManyRowsError, UnknownHeadingError, UnreadableFileError

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
TABLE = "ФИО;Телефон клиента;E-mail;Заметки\nАнна Ёлкина;8 (926) 123-45-67;;Любит «контровой»\n\n;;;\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("cp1251"), "windows-1251"),
        (TABLE.encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_found_out(content: bytes, encoding: str) -> None:
    text, found = decoded(content)

    table = read(text, found, "customers", None)

    assert found == encoding
    assert len(table.rows) == 1
    assert table.cells(1) == {"full_name": "Анна Ёлкина", "phone": "8 (926) 123-45-67", "comment": "Любит «контровой»"}


@pytest.mark.parametrize(
    "text",
    ["Name,Phone\nA,1\n", "Name;Phone\nA;1\n", "Name\tPhone\r\nA\t1\r\n", '"Name, first; last",Phone,Name\nx,1,A\n'],
)
def test_the_delimiter_is_that_of_the_headings(text: str) -> None:
    assert read(text, None, "customers", None).cells(1) == {"full_name": "A", "phone": "1"}


def test_a_heading_may_be_named_and_what_is_meant_by_none_is_told() -> None:
    table = read("Кто,Куда звонить,Скидка\nА,1,5\n", None, "customers", {"full_name": "КТО", "phone": "куда звонить"})

    assert table.cells(1) == {"full_name": "А", "phone": "1"}
    assert table.ignored() == ["Скидка"]
    with pytest.raises(UnknownHeadingError):
        read("Имя,Телефон\nА,1\n", None, "customers", {"phone": "Мобильник"})


def test_a_file_that_is_no_table_is_refused_as_a_whole() -> None:
    for text in ("", "   \n", 'Имя,Телефон\n"А,1\n', "Имя,Телефон\nА,\0\n"):
        with pytest.raises(UnreadableFileError):
            read(text, None, "customers", None)
    with pytest.raises(ColumnsMissingError) as refusal:
        read("Имя,Телефон,Зал\nА,1,Б\n", None, "bookings", None)
    assert refusal.value.params["columns"] == ["start / date", "end / end_time / duration"]
    assert "когда визиты начинаются" in refusal.value.message("ru")
    with pytest.raises(TooManyRowsError):
        read("Имя,Телефон\n" + "А,1\n" * (MOST_ROWS + 1), None, "customers", None)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-05", date(2026, 12, 5)),
        ("05.12.2026", date(2026, 12, 5)),
        ("5/12/26", date(2026, 12, 5)),
        ("5 декабря 2026 г.", date(2026, 12, 5)),
        ("5 мая 2027", date(2027, 5, 5)),
        ("31.02.2026", None),
        ("12/31/2026", None),
        ("завтра", None),
        ("5 брюмера 2026", None),
    ],
)
def test_days(written: str, day: date | None) -> None:
    assert values.day(written) == day


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("05.12.2026 14:30", datetime(2026, 12, 5, 11, 30, tzinfo=UTC)),
        ("2026-12-05T14:30:00", datetime(2026, 12, 5, 11, 30, tzinfo=UTC)),
        ("2026-12-05T14:30:00+05:00", datetime(2026, 12, 5, 9, 30, tzinfo=UTC)),
        ("2026-12-05T14:30:00Z", datetime(2026, 12, 5, 14, 30, tzinfo=UTC)),
        ("5 декабря 2026 9", datetime(2026, 12, 5, 6, 0, tzinfo=UTC)),
        ("05.12.2026 24:00", datetime(2026, 12, 5, 21, 0, tzinfo=UTC)),
        ("05.12.2026", None),
        ("05.12.2026 25:00", None),
    ],
)
def test_moments(written: str, moment: datetime | None) -> None:
    assert values.moment(written, MOSCOW) == moment


def test_an_hour_that_there_is_not_is_no_moment() -> None:
    assert values.moment("28.03.2027 02:30", BERLIN) is None
    assert values.moment("31.10.2027 02:30", BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("90", 90), ("2", 120), ("1,5", 90), ("1:30", 90), ("2 ч", 120), ("2ч 30мин", 150), ("45 мин.", 45),
        ("1.5 часа", 90), ("13", None), ("0", None), ("", None), ("долго", None), ("99999", None),
    ],
)  # fmt: skip
def test_lengths(written: str, minutes: int | None) -> None:
    assert values.length(written) == (minutes and timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("written", "kopecks"),
    [
        ("2400", 240_000), ("2 400,50 ₽", 240_050), ("2\u00a0400 руб.", 240_000), ("2,400.50", 240_050),
        ("2.400,50", 240_050), ("12,000", 1_200_000), ("0", 0), ("-5", None), ("2400,555", None), ("даром", None),
    ],
)  # fmt: skip
def test_money(written: str, kopecks: int | None) -> None:
    assert values.kopecks(written) == kopecks
