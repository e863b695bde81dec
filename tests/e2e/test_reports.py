"""What staff read of a day's business: booked, paid, called off, run out, over real ports and the broker."""

import csv
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

AHEAD = 12
OPEN_MINUTES = 12 * 60


@pytest.fixture(scope="module")
def hall(system: System) -> str:
    """A hall of the test's own, open from 9 to 21, for 1000 rubles an hour."""
    hours = [{"weekday": day, "opens": "09:00", "closes": "21:00"} for day in range(1, 8)]
    made = system.manager.post(
        "/v1/halls", {"name": f"Report {uuid4()}", "capacity": 6, "opening_hours": hours, "country": None}
    )
    price = {"amount": 100_000, "currency": "RUB"}
    tariff = {"hall_id": made["id"], "name": "=Daytime", "price_per_hour": price}
    system.manager.post("/v1/tariffs", tariff, Idempotency_Key=str(uuid4()))
    return str(made["id"])


def book(system: System, hall: str, hour: int) -> tuple[Customer, dict[str, Any]]:
    """Two hours, a dozen days from now."""
    start = datetime.fromisoformat(f"{system.day(AHEAD)}T{hour:02}:00:00+03:00")
    end = start + timedelta(hours=2)
    customer = system.customer()
    return customer, customer.book({"hall_id": hall, "start": start.isoformat(), "end": end.isoformat(), "people": 2})


def pay(customer: Customer, booking: dict[str, Any]) -> None:
    payment = customer.start_payment(booking)
    customer.api.form(payment["confirmation_url"], action="pay")
    eventually(lambda: customer.booking_if(booking, "confirmed"))


@pytest.fixture(scope="module")
def business(system: System, hall: str) -> dict[str, Any]:
    """One booking that is paid, one that is called off after it was paid, one that runs out; the first of them."""
    kept, booking = book(system, hall, 9)
    pay(kept, booking)
    regretted, second = book(system, hall, 12)
    pay(regretted, second)
    regretted.api.post(f"/v1/bookings/{second['id']}/cancel", {"reason": "rain"})
    _, third = book(system, hall, 15)
    system.expire(third)
    return booking


def question(system: System, hall: str, path: str, by: str, first: int = -1, last: int = 2) -> str:
    return f"/v1/reports/{path}?from={system.day(first)}&to={system.day(last)}&hall_id={hall}&by={by}"


def totals(system: System, asked: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The report once its totals are as wanted: events need a moment to arrive."""
    found: list[dict[str, Any]] = []

    def look() -> dict[str, Any] | None:
        report = dict(system.manager.get(asked))
        found.append(report["totals"])
        return report if wanted.items() <= report["totals"].items() else None

    try:
        return eventually(look)
    except AssertionError:
        raise AssertionError(f"{asked}: {found[-1]}, not {wanted}") from None


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "RUB"}


def test_what_came_and_what_went_back(system: System, hall: str, business: dict[str, Any]) -> None:
    paid = business["prepayment"]["amount"]
    wanted = {"payments": 2, "gross": money(2 * paid), "refunds": money(paid), "net": money(paid)}

    report = totals(system, question(system, hall, "revenue", "tariff"), wanted)

    assert [(row["tariff"], row["net"]) for row in report["rows"]] == [("=Daytime", money(paid))]
    assert report["question"]["by"] == "tariff"


def test_what_became_of_the_holds(system: System, hall: str, business: dict[str, Any]) -> None:
    wanted = {"created": 3, "confirmed": 2, "expired": 1, "cancelled": 0, "waiting": 0}

    report = totals(system, question(system, hall, "holds", "hall"), wanted)

    assert report["totals"]["percent"] == pytest.approx(66.7)
    assert [row["hall_id"] for row in report["rows"]] == [hall]


def test_how_much_of_the_day_is_sold(system: System, hall: str, business: dict[str, Any]) -> None:
    asked = question(system, hall, "utilisation", "hour", AHEAD, AHEAD + 1)

    report = totals(system, asked, {"sold_minutes": 120, "outside_minutes": 0, "open_minutes": OPEN_MINUTES})

    assert {row["hour"]: row["sold_minutes"] for row in report["rows"] if row["sold_minutes"]} == {9: 60, 10: 60}
    assert {row["hour"] for row in report["rows"] if row["open_minutes"]} == set(range(9, 21))


def test_a_spreadsheet_and_a_picture_of_it(system: System, hall: str, business: dict[str, Any]) -> None:
    asked = question(system, hall, "revenue", "tariff")
    totals(system, asked, {"payments": 2, "refunds": business["prepayment"]})

    table = system.manager.request("GET", asked, Accept="text/csv")
    picture = system.manager.request("GET", f"{asked}&format=svg", Accept_Language="ru")

    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(table.document.splitlines())
    assert row["tariff"] == "'=Daytime"
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert "Выручка" in "".join(ElementTree.fromstring(picture.document).itertext())  # noqa: S314 - our own
