"""Imports on a real database: a dry run changes nothing, each row is in or named, and none comes twice."""

from base64 import b64encode
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from booking.customers.errors import AccountsUnavailableError
from notification.messages.domain.plans import plan_for
from shared_schemas.accounts import Person
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.events.bookings import BookingConfirmed, BookingCreated
from shared_schemas.uploads.imports import FileImportReport, FileImportRequest, FileImportRow
from tests.support.booking.studio import MANAGER, Studio

HEADINGS = "Зал;Дата;Время;Длительность;Имя;Телефон;Человек;Сумма;Комментарий"


def run(studio: Studio, kind: Any, csv: str, **changes: Any) -> FileImportReport:
    request = FileImportRequest(kind=kind, csv=csv, **({"dry_run": False} | changes))
    return studio.app.imports.run(request, MANAGER, "ru")


def told(rows: list[FileImportRow]) -> list[tuple[str, list[str]]]:
    return [(row.status, [f"{each.field}:{each.code}" for each in row.errors]) for row in rows]


def bookings(studio: Studio, hall_id: UUID) -> list[Any]:
    with studio.engine.connect() as connection:
        query = text("SELECT id, status, customer_id FROM booking.bookings WHERE hall_id = :hall")
        return list(connection.execute(query, {"hall": hall_id}))


def test_a_usual_export_maps_itself_and_a_dry_run_tells_column_by_column(studio: Studio) -> None:
    hall = studio.hall()
    csv = (
        "№;Дата записи;Интервал;Зал;Фамилия;Имя;Телефон клиента;Стоимость, руб.;Статус записи\n"
        f"1;05.12.2026;14:00-16:00;{hall.name};Ёлкина;Анна;8 (926) 123-45-67;2 500;Подтверждена\n"
        f"2;05.12.2026;16:00-18:00;{hall.name};Лужин;Пётр;8 (926) 123-45-68;2 500;Отменена\n"
    )

    report = run(studio, "bookings", csv, dry_run=True)

    assert report.columns == {
        "date": "Дата записи",
        "time": "Интервал",
        "hall": "Зал",
        "last_name": "Фамилия",
        "full_name": "Имя",
        "phone": "Телефон клиента",
        "price": "Стоимость, руб.",
        "status": "Статус записи",
    }
    assert report.ignored == ["№"]
    assert told(report.rows) == [("ready", []), ("failed", ["status:visit_called_off"])]


def test_visits_are_sold_by_the_one_way_at_the_price_that_was_agreed(studio: Studio) -> None:
    hall = studio.hall()
    before = len(studio.broker.taken)
    csv = "\n".join(
        [
            HEADINGS,
            f"{hall.name.upper()};05.12.2026;14:00;2 ч;Анна Ёлкина;8 (926) 123-45-67;3;2 500 ₽;со своей собакой",
            f"{hall.name};05.12.2026;16:00;1 ч;Пётр Лужин;+7 916 111-22-33;;;",
            f"{hall.name};05.12.2026;15:00;1 ч;Опоздавший;+7 916 111-22-44;;;",
            f"{hall.name};05.12.2026;03:00;1 ч;Ночной;+7 916 111-22-55;;;",
            "Чужой зал;05.12.2026;10:00;1 ч;;8 800 2000;;;",
            f"{hall.name};30.11.2026;10:00;1 ч;Вчерашний;+7 916 111-22-66;;;",
            f"{hall.name};05.12.2026;утром;1 ч;Утренний;+7 916 111-22-77;;;",
        ]
    )

    tried = run(studio, "bookings", csv, dry_run=True)
    assert bookings(studio, hall.id) == [] and studio.lobby.admitted == []

    report = run(studio, "bookings", csv)

    expected = [
        ("imported", []),
        ("imported", []),
        ("failed", ["row:slot_taken"]),
        ("failed", ["start:closed"]),
        ("failed", ["full_name:missing", "phone:invalid_phone", "hall:unknown_hall"]),
        ("failed", ["end:visit_over"]),
        ("failed", ["start:unclear_start"]),
    ]
    assert told(report.rows) == expected
    dry = [("ready" if status == "imported" else status, errors) for status, errors in expected]
    assert told(tried.rows) == [*dry[:2], ("failed", ["start:slot_taken"]), *dry[3:]]
    assert (report.delimiter, report.ignored, report.next_row) == (";", [], None)

    made = [studio.bookings.get(row.id, MANAGER) for row in report.rows if row.id]
    assert [(one.status, one.total.amount, one.prepayment.amount, one.people) for one in made] == [
        ("confirmed", 250_000, 0, 3),
        ("confirmed", 200_000, 0, 1),
    ]
    assert made[0].comment == "со своей собакой" and made[0].number == report.rows[0].number
    assert [one.phone for one in studio.lobby.admitted] == [
        "+79261234567",
        "+79161112233",
        "+79161112244",
        "+79161112255",
    ]
    events = [envelope.payload() for envelope in studio.broker.taken[before:]]
    told_of = [event for event in events if isinstance(event, BookingCreated | BookingConfirmed)]
    assert len(told_of) == 4 and not [event for event in told_of if plan_for(event)]


def test_the_same_rows_come_in_once(studio: Studio) -> None:
    hall = studio.hall()
    csv = f"{HEADINGS}\n{hall.name};05.12.2026;14:00;60;Анна;8 926 123-45-67;;;\n"

    first, again = run(studio, "bookings", csv), run(studio, "bookings", csv + csv.splitlines()[1])

    assert told(first.rows) == [("imported", [])]
    assert [(row.status, row.id) for row in again.rows] == [("duplicate", first.rows[0].id)] * 2
    studio.bookings.cancel(first.rows[0].id or uuid4(), CancelRequest(), MANAGER, None)
    assert run(studio, "bookings", csv).rows[0].status == "duplicate"


def test_staff_may_set_the_rules_of_a_hall_aside_and_rules_of_the_studio_are_not_asked(studio: Studio) -> None:
    hall = studio.hall()
    studio.policies.replace(PolicyRequest(rules_version="2026-12"), MANAGER)
    csv = f"{HEADINGS}\n;05.12.2026;03:00;60;Ночной;8 926 123-45-68;;1000;\n"
    try:
        refused = run(studio, "bookings", csv, hall_id=hall.id)
        taken = run(studio, "bookings", csv, hall_id=hall.id, override_reason="договорились")
    finally:
        studio.policies.replace(PolicyRequest(), MANAGER)

    assert told(refused.rows) == [("failed", ["start:closed"])]
    assert told(taken.rows) == [("imported", [])]


def test_a_long_file_goes_on_where_it_stopped(studio: Studio) -> None:
    rows = [f"Клиент {number};+7916{2_000_000 + number}" for number in range(230)]
    csv = "\n".join(["Имя;Телефон", *rows])

    first = run(studio, "customers", csv)
    second = run(studio, "customers", csv, from_row=first.next_row)

    assert (len(first.rows), first.next_row, first.total_rows) == (200, 201, 230)
    assert ([row.row for row in second.rows], second.next_row) == (list(range(201, 231)), None)
    assert {row.status for row in [*first.rows, *second.rows]} == {"imported"}


def test_customers_are_known_by_number_and_name(studio: Studio) -> None:
    known = Person(id=uuid4(), full_name="Анна Ёлкина", phone="+79261234567")
    studio.register.people = [known]
    file = "Имя,Телефон,Заметка\nанна елкина,8 926 123-45-67,\nАнна Ёлкина,+79261234567,\nОльга,123,\n".encode("cp1251")

    tried = FileImportRequest(kind="customers", file_base64=b64encode(file).decode())
    report = studio.app.imports.run(tried, MANAGER, "en")
    assert [(row.status, row.id) for row in report.rows[:2]] == [("duplicate", known.id), ("duplicate", None)]
    assert report.rows[2].errors[0].code == "invalid_phone" and "exists" in report.rows[2].errors[0].message
    assert report.encoding == "windows-1251"

    note = run(studio, "customers", "Имя,Телефон,Заметка\nОльга,89261234599,Платит картой\n").rows[0]
    assert note.status == "imported" and note.id
    assert [one.text for one in studio.app.finding.card(note.id).notes] == ["Платит картой"]


def test_if_the_gateway_falls_silent_the_report_ends_there(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    admit, calls = studio.lobby.admit, list[str]()

    def silent(guest: Any, key: str | None) -> Any:
        if calls:
            raise AccountsUnavailableError
        calls.append(guest.phone)
        return admit(guest, key)

    monkeypatch.setattr(studio.lobby, "admit", silent)
    report = run(studio, "customers", "Имя,Телефон\nОльга,89261234501\nВера,89261234502\n")

    assert (told(report.rows), report.next_row) == ([("imported", [])], 2)
