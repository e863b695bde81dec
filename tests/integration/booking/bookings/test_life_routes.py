"""Terms, customers, the waitlist and groups as HTTP serves them."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from booking import (
    app,  # noqa: F401 - adds the routes
    jobs,
)
from booking.api import api
from core.identity import Identity
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import Context

pytestmark = pytest.mark.usefixtures("default_policy", "served")


@pytest.fixture
def hall(studio: Studio) -> Hall:
    return studio.hall()


def send(who: Identity | None, route: str, body: str | None = None, **path: Any) -> Answer:
    headers = {"Accept-Language": "ru", "Idempotency-Key": str(uuid4())}
    text_path = {name: str(value) for name, value in path.items()}
    return call(api, rest_event(route, path=text_path, headers=headers, body=body, identity=who))


def slot(hall: Hall, hour: int = 0) -> str:
    start = START + timedelta(hours=hour)
    end = start + timedelta(hours=2)
    return f'{{"hall_id": "{hall.id}", "start": "{start.isoformat()}", "end": "{end.isoformat()}"}}'


def terms(**changes: Any) -> str:
    """All that the studio decides, as `GET /v1/policy` says it, with changes."""
    return json.dumps(PolicyRequest().model_dump(mode="json", exclude_none=True) | changes)


def test_anybody_reads_the_terms_and_staff_replace_them(studio: Studio) -> None:
    body = terms(refund_tiers=[{"hours_before": 24, "percent": 50}], rules_version="2026-12")

    assert send(studio.customer, "PUT /v1/policy", body).status == 403
    replaced = send(MANAGER, "PUT /v1/policy", body)
    read = send(None, "GET /v1/policy")

    assert (replaced.status, read.status) == (200, 200)
    assert read.body == replaced.body
    assert read.body["rules_version"] == "2026-12"


def test_terms_that_are_not_sent_in_full_change_nothing(studio: Studio) -> None:
    send(MANAGER, "PUT /v1/policy", terms(max_reschedules=7))
    without = {key: value for key, value in json.loads(terms()).items() if key not in ("max_quotes", "unattended")}

    nothing, partial = (send(MANAGER, "PUT /v1/policy", body) for body in ("{}", json.dumps(without)))

    assert (nothing.status, partial.status) == (422, 422)
    assert {error["field"] for error in nothing.body["errors"]} == set(json.loads(terms()))
    assert {error["field"] for error in partial.body["errors"]} == {"max_quotes", "unattended"}
    assert send(None, "GET /v1/policy").body["max_reschedules"] == 7


def test_what_was_read_may_be_edited_and_sent_back_unless_somebody_was_faster(studio: Studio) -> None:
    read = send(None, "GET /v1/policy").body

    first = send(MANAGER, "PUT /v1/policy", json.dumps(read | {"max_reschedules": 3}))
    late = send(MANAGER, "PUT /v1/policy", json.dumps(read | {"max_reschedules": 9}))

    assert (first.status, first.body["version"]) == (200, read["version"] + 1)
    assert (late.status, late.code) == (409, "policy_changed")
    assert send(None, "GET /v1/policy").body == first.body


def test_terms_against_reason_name_field_rule_and_value(studio: Studio) -> None:
    body = terms(refund_tiers=[{"hours_before": 24, "percent": 60}, {"hours_before": 72, "percent": 50}])

    answer = send(MANAGER, "PUT /v1/policy", body)

    assert (answer.status, answer.code) == (422, "rule_violation")
    (error,) = answer.body["errors"]
    assert (error["field"], error["code"], error["max"]) == ("refund_tiers.0.percent", "rising_refund", 50)
    assert "максимум 50 %" in error["message"]


def test_what_staff_know_of_a_customer_is_for_staff(studio: Studio) -> None:
    routes = [
        ("GET /v1/customers/{customer_id}", None, 200),
        ("POST /v1/customers/{customer_id}/notes", '{"text": "Brings a dog"}', 201),
        ("PUT /v1/customers/{customer_id}/prepayment", '{"percent": 100}', 200),
        ("PUT /v1/customers/{customer_id}/block", '{"reason": "Broke a lamp"}', 200),
        ("DELETE /v1/customers/{customer_id}/block", None, 200),
    ]
    who = studio.customer.user_id

    assert [send(studio.customer, route, body, customer_id=who).status for route, body, _ in routes] == [403] * 5
    answers = [send(MANAGER, route, body, customer_id=who) for route, body, _ in routes]

    assert [answer.status for answer in answers] == [status for *_, status in routes]
    assert answers[3].body["block_reason"] == "Broke a lamp"
    assert "block_reason" not in answers[4].body
    assert (answers[4].body["prepayment_percent"], len(answers[4].body["notes"])) == (100, 1)


def test_a_place_on_the_waitlist(studio: Studio, hall: Hall) -> None:
    assert (send(studio.customer, "POST /v1/waitlist", slot(hall)).code) == "slot_free"
    taken = studio.book(hall, caller=Identity(str(uuid4()), Role.CLIENT))

    joined = send(studio.customer, "POST /v1/waitlist", slot(hall))
    again = send(studio.customer, "POST /v1/waitlist", slot(hall))
    listed = send(studio.customer, "GET /v1/waitlist")
    left = send(studio.customer, "DELETE /v1/waitlist/{entry_id}", entry_id=joined.body["id"])

    assert (joined.status, joined.body["status"], taken.status) == (201, "waiting", "pending")
    assert (again.status, again.code, again.body["entry_id"]) == (409, "already_waiting", joined.body["id"])
    assert [entry["id"] for entry in listed.body["data"]] == [joined.body["id"]]
    assert (left.status, left.body) == (204, "")


def test_a_group_is_booked_moved_and_called_off(studio: Studio, hall: Hall) -> None:
    body = f'{{"items": [{slot(hall)}], "recurrence": {{"rule": "FREQ=WEEKLY;COUNT=3"}}}}'

    made = send(studio.customer, "POST /v1/booking-groups", body)
    group_id = made.body["id"]
    moved = send(studio.customer, "POST /v1/booking-groups/{group_id}/shift", '{"minutes": 60}', group_id=group_id)
    gone = send(studio.customer, "POST /v1/booking-groups/{group_id}/cancel", "{}", group_id=group_id)
    read = send(studio.customer, "GET /v1/booking-groups/{group_id}", group_id=group_id)

    assert (made.status, moved.status, gone.status) == (201, 200, 200)
    assert moved.body["bookings"][0]["start"] == (START + timedelta(hours=1)).isoformat()
    assert read.body == gone.body
    assert {booking["status"] for booking in read.body["bookings"]} == {"cancelled"}


def test_a_refused_group_lists_what_cannot_be_had_and_why(studio: Studio, hall: Hall) -> None:
    studio.book(hall)
    off_grid = slot(hall, 4).replace(":00:00+", ":07:00+")

    taken = send(studio.customer, "POST /v1/booking-groups", f'{{"items": [{slot(hall)}, {slot(hall, 4)}]}}')
    broken = send(studio.customer, "POST /v1/booking-groups", f'{{"items": [{slot(hall)}, {off_grid}]}}')

    assert (taken.status, taken.code, [visit["codes"] for visit in taken.body["visits"]]) == (
        409, "visits_taken", [["slot_taken"]],
    )  # fmt: skip
    assert (broken.status, broken.code) == (422, "visits_refused")
    assert [visit["codes"] for visit in broken.body["visits"]] == [["slot_taken"], ["off_grid", "off_grid"]]
    assert [error["field"] for error in broken.body["errors"]] == ["visits.0", "visits.1.start", "visits.1.end"]
    assert broken.body["errors"][1]["message"].endswith("Время должно быть кратно 15 минутам")


def test_the_schedule_offers_what_became_free_unnoticed(studio: Studio, hall: Hall) -> None:
    taken = studio.book(hall)
    send(studio.customer, "POST /v1/waitlist", slot(hall))
    with studio.engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.occupancy WHERE owner_id = :id"), {"id": taken.id})

    assert [jobs.offer_waitlist({}, Context())["done"] for _ in range(2)] == [1, 0]
