"""The life of bookings over HTTP: prices, changes, series, the waitlist, closures and calendars, as users see them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from infra.local.client import Client
from tests.support.system.whole import System
from tests.support.waiting import eventually

HALL = {
    "capacity": 6,
    "opening_hours": [{"weekday": day, "opens": "09:00", "closes": "21:00"} for day in range(1, 8)],
    "country": None,
}


def money(rubles: int) -> dict[str, Any]:
    return {"amount": rubles * 100, "currency": "RUB"}


@pytest.fixture
def hall(system: System) -> dict[str, Any]:
    """A hall of the test's own, for 1000 rubles an hour."""
    made = system.manager.post("/v1/halls", HALL | {"name": f"Hall {uuid4()}"})
    tariff = {"hall_id": made["id"], "name": "Base", "price_per_hour": money(1000)}
    system.manager.post("/v1/tariffs", tariff, Idempotency_Key=str(uuid4()))
    return dict(made)


def slot(system: System, hall: dict[str, Any], hour: int = 12, hours: int = 2, ahead: int = 10) -> dict[str, Any]:
    start = datetime.fromisoformat(f"{system.day(ahead)}T{hour:02}:00:00+03:00")
    end = start + timedelta(hours=hours)
    return {"hall_id": hall["id"], "start": start.isoformat(), "end": end.isoformat(), "people": 2}


def patch(api: Client, path: str, body: dict[str, Any]) -> Any:
    answer = api.request("PATCH", path, body)
    assert answer.status == 200, answer.document
    return answer.document


def test_a_refused_booking_offers_the_nearest_others(system: System, hall: dict[str, Any]) -> None:
    wanted = slot(system, hall)
    system.customer().book(wanted)
    customer = system.customer()

    refused = customer.api.request("POST", "/v1/bookings", wanted)

    assert (refused.status, refused.document["code"]) == (409, "slot_taken")
    offered = [a for a in refused.document["alternatives"] if a["hall_id"] == hall["id"]]
    assert [a["start"][11:16] for a in offered] == ["10:00", "14:00", "09:30"]
    assert offered[0]["total"] == money(2000)
    chosen = {name: offered[0][name] for name in ("hall_id", "start", "end")}
    assert customer.book(chosen)["total"] == offered[0]["total"]


def test_free_time_explains_itself(system: System, hall: dict[str, Any]) -> None:
    wanted = slot(system, hall)
    system.customer().book(wanted)
    day = system.day(10)
    path = f"/v1/halls/{hall['id']}/availability?from={day}&to={system.day(11)}&duration=120&people=2&explain=true"

    shown = Client(system.api_url).get(path)["days"][0]

    assert [(span["start"][11:16], span["end"][11:16]) for span in shown["free"]] == [
        ("09:00", "12:00"), ("14:00", "21:00"),
    ]  # fmt: skip
    reasons = {closed["start"][11:16]: closed["codes"] for closed in shown["closed"]}
    assert (reasons["11:00"], reasons["08:00"], reasons["09:15"]) == (["busy"], ["closed"], ["start_not_allowed"])
    week = list(of_all_halls(system, f"from={day}&to={system.day(17)}&duration=60&people=6"))
    assert hall["id"] in [availability["hall_id"] for availability in week]
    assert all(len(availability["days"]) == 7 for availability in week)


def of_all_halls(system: System, query: str) -> Iterator[dict[str, Any]]:
    """Free time, page by page."""
    page: dict[str, Any] = {"next_cursor": ""}
    while "next_cursor" in page:
        at = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
        page = Client(system.api_url).get(f"/v1/availability?{query}{at}")
        yield from page["data"]


def test_a_booking_costs_what_its_quote_said_with_add_ons_and_a_promo_code(
    system: System, hall: dict[str, Any]
) -> None:
    code = f"E2E{uuid4().hex[:8]}".upper()
    add_on = system.manager.post(
        "/v1/add-ons", {"name": f"Smoke {code}", "unit": "hour", "price": money(300), "stock": 1}
    )
    system.manager.post("/v1/promo-codes", {"code": code, "percent": 10, "max_uses": 1})
    extras = {"add_ons": [{"id": add_on["id"]}], "promo_code": code.lower()}
    wanted = slot(system, hall) | extras
    customer = system.customer()

    quote = customer.api.post("/v1/quotes", wanted)
    booking = customer.book(wanted | {"quote_id": quote["id"]})

    assert [line["amount"] for line in quote["lines"]] == [money(2000)]
    assert [(a["kind"], a["amount"]["amount"]) for a in quote["adjustments"]] == [
        ("add_on", 60_000), ("promo_code", -26_000),
    ]  # fmt: skip
    assert booking["total"] == quote["total"] == money(2340)
    other = system.customer()
    at_once = other.api.request("POST", "/v1/bookings", slot(system, hall, hour=15) | {"promo_code": code})
    assert (at_once.status, at_once.document["code"]) == (409, "promo_code_used_up")
    elsewhere = system.slot() | {"start": wanted["start"], "end": wanted["end"], "add_ons": extras["add_ons"]}
    none_left = other.api.request("POST", "/v1/bookings", elsewhere, Accept_Language="ru")
    assert (none_left.status, none_left.document["code"]) == (409, "add_on_out_of_stock")
    assert "осталось 0" in none_left.document["detail"]


def test_a_booking_is_moved_extended_and_corrected_and_the_client_hears_of_it(
    system: System, hall: dict[str, Any]
) -> None:
    customer = system.customer()
    booking = customer.book(slot(system, hall))
    path = f"/v1/bookings/{booking['id']}"
    # News that the next change has overtaken is not sent any more: each is waited for.
    eventually(lambda: len(system.messages(customer, booking["number"])) >= 1)
    system.manager.post(f"{path}/confirm", {"reason": "paid in cash"})
    eventually(lambda: len(system.messages(customer, booking["number"])) >= 3)
    later = {name: slot(system, hall, hour=16)[name] for name in ("start", "end")}

    preview = customer.api.post(f"{path}/reschedule/preview", later)
    moved = customer.api.post(f"{path}/reschedule", later, Idempotency_Key="move")
    again = customer.api.post(f"{path}/reschedule", later, Idempotency_Key="move")
    extended = customer.api.post(f"{path}/extend", {"minutes": 30})
    corrected = patch(customer.api, path, {"people": 5})

    assert preview["difference"]["amount"] == 0
    assert (moved["start"], again) == (later["start"], moved)
    assert (extended["total"], corrected["people"]) == (money(2500), 5)
    refused = customer.api.request("POST", f"{path}/reschedule", later)
    assert [error["code"] for error in refused.document["errors"]] == ["no_reschedules_left"]
    assert customer.api.get(f"{path}/cancellation-preview")["percent"] == 100
    history = system.manager.get(f"{path}/history")["data"]
    assert [step["action"] for step in history] == ["create", "confirm", "reschedule", "extend", "amend"]
    assert customer.api.request("GET", f"{path}/history").status == 403
    eventually(lambda: len(system.messages(customer, booking["number"])) >= 7)


def test_a_series_is_booked_where_it_is_free_and_cancelled_in_part(system: System, hall: dict[str, Any]) -> None:
    system.customer().book(slot(system, hall, ahead=17))
    customer = system.customer()
    item = slot(system, hall)
    series = {"items": [item], "recurrence": {"rule": "FREQ=WEEKLY;COUNT=4"}}

    refused = customer.api.request("POST", "/v1/booking-groups", series)
    made = customer.api.post("/v1/booking-groups", series | {"mode": "free"})

    assert refused.status == 409, refused.document
    assert [booking["group_id"] for booking in made["bookings"]] == [made["id"]] * 3
    assert [(skipped["start"], skipped["codes"]) for skipped in made["skipped"]] == [
        (slot(system, hall, ahead=17)["start"], ["slot_taken"])
    ]
    first = made["bookings"][0]["id"]
    customer.api.post(f"/v1/booking-groups/{made['id']}/cancel", {"booking_ids": [first]})
    left = customer.api.get(f"/v1/booking-groups/{made['id']}")
    assert sorted(booking["status"] for booking in left["bookings"]) == ["cancelled", "pending", "pending"]


def test_a_freed_slot_is_held_for_who_waited_and_the_offer_is_told(system: System, hall: dict[str, Any]) -> None:
    wanted = slot(system, hall)
    first, waiting = system.customer(), system.customer()
    booking = first.book(wanted)
    entry = waiting.api.post("/v1/waitlist", wanted)

    first.api.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})

    (served,) = waiting.api.get("/v1/waitlist")["data"]
    assert (served["id"], served["status"]) == (entry["id"], "offered")
    offer = waiting.api.get(f"/v1/bookings/{served['booking_id']}")
    assert (offer["status"], offer["start"]) == ("pending", wanted["start"])
    assert system.customer().api.request("POST", "/v1/bookings", wanted).status == 409
    told = eventually(lambda: found if len(found := system.messages(waiting, offer["number"])) >= 2 else None)
    assert sorted(message["channel"] for message in told) == ["email", "sms"]


def test_a_blocked_customer_cannot_book_and_staff_can_lift_it(system: System, hall: dict[str, Any]) -> None:
    customer = system.customer()
    me = customer.api.get("/v1/me")["id"]
    system.manager.request("PUT", f"/v1/customers/{me}/block", {"reason": "left paint on the cyclorama"})

    refused = customer.api.request("POST", "/v1/bookings", slot(system, hall))
    system.manager.post(f"/v1/customers/{me}/notes", {"text": "apologised"})
    system.manager.request("DELETE", f"/v1/customers/{me}/block")

    assert (refused.status, refused.document["code"]) == (403, "customer_blocked")
    assert "paint" not in str(refused.document)
    assert customer.book(slot(system, hall))["status"] == "pending"
    known = system.manager.get(f"/v1/customers/{me}")
    assert (known["bookings"], known["notes"][0]["text"]) == ({"pending": 1}, "apologised")


def test_erasing_an_account_keeps_the_booking_without_the_person(system: System, hall: dict[str, Any]) -> None:
    customer = system.customer()
    booking = customer.book(slot(system, hall) | {"comment": "ask for Alice"})
    me = customer.api.get("/v1/me")["id"]
    system.manager.post(f"/v1/customers/{me}/notes", {"text": "likes tea"})

    assert customer.api.request("DELETE", "/v1/me").status == 204

    eventually(lambda: system.manager.get(f"/v1/customers/{me}").get("erased_at"))
    kept = system.manager.get(f"/v1/bookings/{booking['id']}")
    assert (kept["total"], kept.get("comment")) == (booking["total"], None)
    assert system.manager.get(f"/v1/customers/{me}")["notes"] == []
