"""Tariffs, price lists, add-ons and promo codes as HTTP serves them."""

import json
from typing import Any
from uuid import uuid4

import pytest

from booking import (
    app,  # noqa: F401 - adds the routes
)
from booking.api import api
from core.identity import Identity
from shared_schemas.booking.halls import Hall
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.rest import Answer, call, rest_event

BASE = {"name": "Base", "price_per_hour": {"amount": 240_000}}
pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def hall(studio: Studio) -> Hall:
    return studio.hall()


def send(
    who: Identity | None, route: str, body: Any = None, query: dict[str, Any] | None = None, **path: Any
) -> Answer:
    headers = {"Accept-Language": "ru", "Idempotency-Key": str(uuid4())}
    text_path = {name: str(value) for name, value in path.items()}
    text = None if body is None else json.dumps(body)
    asked = {name: str(value) for name, value in (query or {}).items()}
    return call(api, rest_event(route, path=text_path, query=asked, headers=headers, body=text, identity=who))


def problems(answer: Answer) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in answer.body["errors"]]


def test_prices_are_for_staff_to_change_and_for_anybody_to_read(studio: Studio) -> None:
    some, number = {"tariff_id": uuid4()}, {"number": 1}
    staff_only: list[tuple[str, dict[str, Any]]] = [
        ("POST /v1/tariffs", {}),
        ("DELETE /v1/tariffs/{tariff_id}", some),
        ("GET /v1/tariff-versions", {}),
        ("POST /v1/tariff-versions", {}),
        ("GET /v1/tariff-versions/{number}", number),
        ("PUT /v1/tariff-versions/{number}", number),
        ("POST /v1/tariff-versions/{number}/activate", number),
        ("POST /v1/tariff-versions/{number}/simulation", number),
        ("POST /v1/add-ons", {}),
        ("PATCH /v1/add-ons/{add_on_id}", {"add_on_id": uuid4()}),
        ("GET /v1/promo-codes", {}),
        ("POST /v1/promo-codes", {}),
        ("PATCH /v1/promo-codes/{promo_code_id}", {"promo_code_id": uuid4()}),
    ]

    assert {send(studio.customer, route, {}, **path).status for route, path in staff_only} == {403}
    assert {send(None, route, {}, **path).status for route, path in staff_only} == {401}
    assert [send(None, route).status for route in ("GET /v1/tariffs", "GET /v1/add-ons")] == [200, 200]


def test_a_tariff_is_added_listed_and_removed(studio: Studio, hall: Hall) -> None:
    added = send(MANAGER, "POST /v1/tariffs", BASE | {"hall_id": str(hall.id), "starts": "18:00", "ends": "24:00"})
    listed = send(None, "GET /v1/tariffs")
    removed = send(MANAGER, "DELETE /v1/tariffs/{tariff_id}", tariff_id=added.body["id"])
    again = send(MANAGER, "DELETE /v1/tariffs/{tariff_id}", tariff_id=added.body["id"])

    assert (added.status, added.body["price_per_hour"]["amount"]) == (201, 240_000)
    assert added.body in listed.body["data"]
    assert (removed.status, removed.body, again.status, again.code) == (204, "", 404, "tariff_not_found")
    assert "не найден" in again.body["detail"]


def test_a_price_list_is_drafted_corrected_tried_and_put_in_force(studio: Studio, hall: Hall) -> None:
    studio.paid(hall, hours=2)
    period = {"from": f"{START:%Y-%m-%d}", "to": "2026-12-03"}

    draft = send(MANAGER, "POST /v1/tariff-versions", {"rules": [BASE], "note": "Spring"})
    number = draft.body["number"]
    better = send(MANAGER, "PUT /v1/tariff-versions/{number}", {"rules": [BASE], "note": "Better"}, number=number)
    tried = send(MANAGER, "POST /v1/tariff-versions/{number}/simulation", period, number=number)
    active = send(MANAGER, "POST /v1/tariff-versions/{number}/activate", number=number)
    read = send(MANAGER, "GET /v1/tariff-versions/{number}", number=number)
    late = send(MANAGER, "PUT /v1/tariff-versions/{number}", {"rules": []}, number=number)

    assert [answer.status for answer in (draft, better, tried, active, read, late)] == [201, 200, 200, 200, 200, 409]
    assert (draft.body["status"], better.body["note"], active.body["status"]) == ("draft", "Better", "active")
    assert (tried.body["bookings"], tried.body["change"]["amount"]) == (1, 80_000)
    assert read.body == active.body == send(MANAGER, "GET /v1/tariff-versions").body["data"][0]
    assert (late.code, late.body["number"]) == ("not_a_draft", number)


def test_price_lists_come_in_pages_the_newest_first(studio: Studio) -> None:
    made = [send(MANAGER, "POST /v1/tariff-versions", {"rules": [BASE]}).body["number"] for _ in range(3)]
    seen: list[int] = []
    cursor: str | None = None
    while len(seen) < 3:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = send(MANAGER, "GET /v1/tariff-versions", query=query).body
        assert len(page["data"]) == 2
        seen += [version["number"] for version in page["data"]]
        cursor = page["next_cursor"]
    assert seen[:3] == made[::-1]
    wrong = send(MANAGER, "GET /v1/tariff-versions", query={"cursor": "x"})
    assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "cursor")


def test_a_version_that_is_not_there_is_not_found(studio: Studio) -> None:
    answer = send(MANAGER, "GET /v1/tariff-versions/{number}", number=10_000)

    assert (answer.status, answer.code) == (404, "tariff_version_not_found")


@pytest.mark.parametrize("number", [10**30, 0, -(10**30)])
def test_a_number_that_no_version_can_have_is_refused(studio: Studio, number: int) -> None:
    answer = send(MANAGER, "GET /v1/tariff-versions/{number}", number=number)

    assert (answer.status, [field for field, _ in problems(answer)]) == (422, ["number"])


def test_each_mistake_in_a_price_list_is_named_by_its_place(studio: Studio, hall: Hall) -> None:
    season = BASE | {"first_day": "2027-01-02", "last_day": "2027-01-01"}
    tiers = [{"from_minutes": 120, "percent_off": 5}, {"from_minutes": 120, "percent_off": 9}]

    shapes = send(MANAGER, "POST /v1/tariff-versions", {"rules": [BASE | {"price_per_hour": {"amount": 150_001}}]})
    senses = send(MANAGER, "POST /v1/tariff-versions", {"rules": [BASE, season], "durations": tiers})
    unknown = send(MANAGER, "POST /v1/tariff-versions", {"rules": [BASE | {"hall_id": str(uuid4())}]})

    assert (shapes.status, shapes.body["errors"][0]["code"]) == (422, "not_divisible")
    assert shapes.body["errors"][0]["divisor"] == 4
    assert problems(senses) == [
        ("rules.1.last_day", "before_first_day"),
        ("durations.1.from_minutes", "repeated_threshold"),
    ]
    assert senses.body["errors"][0]["min"] == "2027-01-02"
    assert (unknown.status, unknown.code) == (404, "hall_not_found")


def test_an_add_on_is_offered_and_changed(studio: Studio) -> None:
    body = {"name": f"Smoke {uuid4()}", "unit": "hour", "price": {"amount": 50_000}, "stock": 2}

    added = send(MANAGER, "POST /v1/add-ons", body)
    taken = send(MANAGER, "POST /v1/add-ons", body)
    changed = send(MANAGER, "PATCH /v1/add-ons/{add_on_id}", {"stock": None}, add_on_id=added.body["id"])
    listed = send(None, "GET /v1/add-ons")

    assert (added.status, taken.status, taken.code) == (201, 409, "add_on_name_taken")
    assert (added.body["stock"], changed.status, "stock" in changed.body) == (2, 200, False)
    assert listed.body["data"] == [changed.body]


def test_a_promo_code_is_made_and_changed(studio: Studio) -> None:
    body: dict[str, Any] = {"code": f"w-{uuid4().hex[:8]}", "percent": 10, "max_uses": 1}

    both = send(MANAGER, "POST /v1/promo-codes", body | {"amount": {"amount": 10_000}})
    made = send(MANAGER, "POST /v1/promo-codes", body)
    taken = send(MANAGER, "POST /v1/promo-codes", body)
    changed = send(MANAGER, "PATCH /v1/promo-codes/{promo_code_id}", {"active": False}, promo_code_id=made.body["id"])
    newer = send(MANAGER, "POST /v1/promo-codes", body | {"code": f"x-{uuid4().hex[:8]}"})
    first = send(MANAGER, "GET /v1/promo-codes", query={"limit": "1"})
    listed = send(MANAGER, "GET /v1/promo-codes", query={"cursor": first.body["next_cursor"]})

    assert (both.status, both.body["errors"][0]["code"]) == (422, "exactly_one_of")
    assert (made.status, made.body["code"], made.body["uses"]) == (201, body["code"].upper(), 0)
    assert (taken.status, taken.code, changed.body["active"]) == (409, "promo_code_taken", False)
    assert first.body["data"] == [newer.body]
    assert (listed.body["data"], "next_cursor" in listed.body) == ([changed.body], False)
