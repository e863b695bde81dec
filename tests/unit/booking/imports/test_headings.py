"""Exports as other systems usually head them: each column is taken for what it is, or named as taken for nothing."""

from datetime import UTC, datetime

import pytest

from booking.imports.domain.headings import columns_of, unit_of
from booking.imports.domain.table import Table, read
from booking.imports.domain.values import called_off, clock, span
from booking.imports.domain.visits import visit
from booking.imports.errors import ColumnsMissingError
from shared_schemas.errors import Violation
from tests.support.booking.made import NOW, hall

PHONE = "8 (926) 123-45-67"
JOURNAL = (
    "№;Дата записи;Время записи;Длительность, мин;Зал;Клиент;Телефон клиента;Стоимость, руб.;Комментарий к записи;"
    f"Дата создания\n17;12.12.2026;14:00;120;Лофт;Анна Петрова;{PHONE};5 000;со светом;01.12.2026\n"
)
RENTAL = (
    "Дата;Интервал;Помещение;Фамилия;Имя;Контактный телефон;Кол-во гостей;Сумма;Статус\n"
    f"12.12.2026;14:00–16:00;Лофт;Петрова;Анна;{PHONE};3;5000;Подтверждена\n"
)
SIMPLE = f"Дата;Начало;Окончание;Зал;ФИО;Телефон;Сумма\n12.12.2026;14:00;16:00;Лофт;Анна Петрова;{PHONE};5000,00\n"
CALENDAR = (
    "Customer name,Customer phone,Start Date,Start Time,End Date,End Time,Location,Total price,Created at\n"
    f"Anna Petrova,{PHONE},12.12.2026,2:00 PM,12.12.2026,4:00 PM,Лофт,5000,01.12.2026\n"
)
TOGETHER = (
    "Дата начала,Дата окончания,Ресурс,Клиент,Мобильный,Кол-во часов,Рабочий телефон\n"
    f"12.12.2026 14:00,,Лофт,Анна Петрова,{PHONE},2,\n"
)
EXPORTS = {
    "a journal of records": (
        JOURNAL,
        {
            "date": "Дата записи", "time": "Время записи", "duration": "Длительность, мин", "hall": "Зал",
            "full_name": "Клиент", "phone": "Телефон клиента", "price": "Стоимость, руб.",
            "comment": "Комментарий к записи",
        },
        ["№", "Дата создания"],
    ),
    "a table of a rental": (
        RENTAL,
        {
            "date": "Дата", "time": "Интервал", "hall": "Помещение", "last_name": "Фамилия", "full_name": "Имя",
            "phone": "Контактный телефон", "people": "Кол-во гостей", "price": "Сумма", "status": "Статус",
        },
        [],
    ),
    "a sheet": (
        SIMPLE,
        {
            "date": "Дата", "start": "Начало", "end": "Окончание", "hall": "Зал", "full_name": "ФИО",
            "phone": "Телефон", "price": "Сумма",
        },
        [],
    ),
    "a calendar": (
        CALENDAR,
        {
            "full_name": "Customer name", "phone": "Customer phone", "date": "Start Date", "time": "Start Time",
            "end": "End Date", "end_time": "End Time", "hall": "Location", "price": "Total price",
        },
        ["Created at"],
    ),
    "day and time together": (
        TOGETHER,
        {
            "date": "Дата начала", "end": "Дата окончания", "hall": "Ресурс", "full_name": "Клиент",
            "phone": "Мобильный", "duration": "Кол-во часов",
        },
        ["Рабочий телефон"],
    ),
}  # fmt: skip


def told(table: Table) -> object:
    """What the first row says of a visit."""
    return visit(table.cells(1), [hall(name="Лофт")], None, NOW)


@pytest.mark.parametrize("export", EXPORTS)
def test_a_usual_export_needs_no_mapping(export: str) -> None:
    text, columns, ignored = EXPORTS[export]

    table = read(text, None, "bookings", None)

    assert (table.named(), table.ignored()) == (columns, ignored)
    assert set(table.cells(1)["full_name"].split()) in ({"Анна", "Петрова"}, {"Anna", "Petrova"})
    found = told(table)
    assert isinstance(found, dict), found
    assert [found[name] for name in ("start", "end")] == [datetime(2026, 12, 12, at, tzinfo=UTC) for at in (11, 13)]


def test_a_name_in_several_columns_is_one_and_nothing_is_said_twice() -> None:
    def name(headings: str, cells: str) -> str:
        return read(f"{headings};Телефон\n{cells};1\n", None, "customers", None).cells(1)["full_name"]

    assert name("Фамилия;Имя;Отчество", "Петрова;Анна;Ивановна") == "Петрова Анна Ивановна"
    assert name("Имя;Фамилия", "Лилия;Ли") == "Лилия Ли"
    assert name("Клиент;Фамилия", "Анна Петрова;ПЕТРОВА") == "Анна Петрова"
    assert name("Фамилия;Имя", ";Анна") == "Анна"


def test_a_time_with_an_end_beside_a_length_is_the_time_and_an_offset_stays_one() -> None:
    head = "ФИО;Телефон;Зал;Длительность"
    both = read(f"{head};Дата;Время\nА;1;Лофт;2 ч;12.12.2026;14:00-16:00\n", None, "bookings", None)
    offset = read(f"{head};Начало\nА;1;Лофт;2 ч;2026-12-12 14:00-03:00\n", None, "bookings", None)

    assert [cells.get("end_time") for cells in (both.cells(1), offset.cells(1))] == [None, None]
    assert both.cells(1)["time"] == "14:00"
    assert offset.cells(1)["start"] == "2026-12-12 14:00-03:00"


def test_what_is_missing_is_told_beside_what_was_found() -> None:
    with pytest.raises(ColumnsMissingError) as refusal:
        read(f"Кто;Телефон клиента;Цвет\nАнна;{PHONE};белый\n", None, "customers", None)

    assert refusal.value.params == {
        "columns": ["full_name"],
        "found": {"phone": "Телефон клиента"},
        "ignored": ["Кто", "Цвет"],
    }


@pytest.mark.parametrize(
    "heading",
    [
        "Дата создания", "Дата рождения", "Рабочий телефон", "Имя сотрудника", "Телефон администратора",
        "Цена, ₽/час", "Стоимость часа", "Сумма предоплаты", "Название услуги", "Время создания",
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_field_is_taken_for_nothing(heading: str) -> None:
    assert columns_of([heading], {}) == {}


def test_a_bare_length_is_counted_as_its_heading_says() -> None:
    def length(heading: str, cell: str) -> str:
        return read(f"ФИО;Телефон;Дата;{heading}\nА;1;x;{cell}\n", None, "bookings", None).cells(1)["duration"]

    assert length("Длительность (мин)", "10") == "10мин"
    assert length("Часов", "24") == "24ч"
    assert length("Длительность", "2") == "2"
    assert length("Часов", "1 ч 30 мин") == "1 ч 30 мин"
    assert unit_of("Минимум") == ""


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("14:00-16:00", ("14:00", "16:00")),
        ("с 14 до 16", ("14", "16")),
        ("05.12.2026 14:00 – 16:30", ("05.12.2026 14:00", "16:30")),
        ("2026-12-05", None),
        ("05.12.2026", None),
        ("14:00", None),
        ("2026-12-05T14:00:00-03:00", None),
    ],
)
def test_a_beginning_and_an_end_in_one_cell(written: str, found: tuple[str, str] | None) -> None:
    assert span(written) == found


@pytest.mark.parametrize(
    ("written", "at"), [("2:00 PM", (14, 0)), ("12:30 am", (0, 30)), ("12 p.m.", (12, 0)), ("13 pm", None)]
)
def test_hours_of_half_a_day(written: str, at: tuple[int, int] | None) -> None:
    assert clock(written) == at


@pytest.mark.parametrize("status", ["Отменён клиентом", "Не пришла", "Неявка", "Cancelled", "NO-SHOW", "Удалено"])
def test_a_visit_that_the_other_system_calls_off_does_not_come_in(status: str) -> None:
    found = told(read(RENTAL.replace("Подтверждена", status), None, "bookings", None))

    assert isinstance(found, list) and isinstance(found[0], Violation)
    assert (found[0].field, found[0].code) == ("status", "visit_called_off")
    assert not called_off("Подтверждён")
