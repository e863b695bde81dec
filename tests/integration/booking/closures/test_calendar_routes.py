"""Exceptions, closures, external calendars and feeds as HTTP serves them."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from booking import (
    app,  # noqa: F401 - adds the routes
    composition,
    jobs,
)
from booking.api import api
from booking.closures.errors import CalendarUnreachableError
from core.identity import Identity
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.calendar_studio import CalendarStudio
from tests.support.booking.studio import MANAGER, START
from tests.support.database import EngineFor
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import Context

DAY = START.date().isoformat()
BUSY = ics(vevent("DTSTART:20261202T090000Z", "DTEND:20261202T110000Z"))


@pytest.fixture
def studio(engine_for: EngineFor) -> Iterator[CalendarStudio]:
    made = CalendarStudio(engine_for("booking"))
    with composition.app.replaced(made.app):
        yield made


def send(
    who: Identity | None, route: str, body: Any = None, *, query: Any = None, headers: Any = None, **path: Any
) -> Answer:
    sent = {"Accept-Language": "ru", **(headers or {})}
    text_path = {name: str(value) for name, value in path.items()}
    text = None if body is None else json.dumps(body)
    return call(api, rest_event(route, path=text_path, query=query, headers=sent, body=text, identity=who))


def test_the_calendar_is_changed_by_staff_alone(studio: CalendarStudio) -> None:
    hall, some = {"hall_id": uuid4()}, {"calendar_id": uuid4()}
    staff_only: list[tuple[str, dict[str, Any]]] = [
        ("GET /v1/date-overrides", {}),
        ("POST /v1/date-overrides", {}),
        ("DELETE /v1/date-overrides/{override_id}", {"override_id": uuid4()}),
        ("GET /v1/closures", {}),
        ("POST /v1/closures", {}),
        ("GET /v1/closures/{closure_id}", {"closure_id": uuid4()}),
        ("DELETE /v1/closures/{closure_id}", {"closure_id": uuid4()}),
        ("GET /v1/halls/{hall_id}/external-calendars", hall),
        ("POST /v1/halls/{hall_id}/external-calendars", hall),
        ("DELETE /v1/external-calendars/{calendar_id}", some),
        ("POST /v1/external-calendars/{calendar_id}/import", some),
        ("POST /v1/external-calendars/{calendar_id}/refresh", some),
    ]
    assert {send(studio.customer, route, {}, **path).status for route, path in staff_only} == {403}
    assert {send(None, route, {}, **path).status for route, path in staff_only} == {401}


def test_an_exception_comes_and_goes(studio: CalendarStudio) -> None:
    hall = studio.hall()
    body = {"hall_id": str(hall.id), "first_day": DAY, "last_day": DAY, "holiday": True, "note": "Наш день"}
    made = send(MANAGER, "POST /v1/date-overrides", body)
    assert made.status == 201
    query = {"from": DAY, "to": "2026-12-03"}
    holidays = send(None, "GET /v1/halls/{hall_id}/holidays", query=query, hall_id=hall.id)
    assert holidays.body["data"] == [{"date": DAY, "name": "Наш день"}]
    assert made.body in send(MANAGER, "GET /v1/date-overrides").body["data"]
    route = "DELETE /v1/date-overrides/{override_id}"
    assert [send(MANAGER, route, override_id=made.body["id"]).status for _ in range(2)] == [204, 404]


def test_a_closure_lists_what_is_in_its_way(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    body = {"hall_id": str(hall.id), "start": f"{DAY}T09:00:00Z", "end": f"{DAY}T12:00:00Z", "reason": "Покраска"}
    refused = send(MANAGER, "POST /v1/closures", body)
    assert (refused.status, refused.code) == (409, "bookings_in_the_way")
    assert refused.body["detail"] == f"Мешают бронирования: {booking.number}"
    assert [one["number"] for one in refused.body["bookings"]] == [booking.number]
    made = send(MANAGER, "POST /v1/closures", body | {"conflicts": "cancel"})
    assert (made.status, made.body["cancelled_bookings"]) == (201, [str(booking.id)])
    assert made.body["id"] in [one["id"] for one in send(MANAGER, "GET /v1/closures", query={"from": DAY}).body["data"]]
    assert send(MANAGER, "GET /v1/closures/{closure_id}", closure_id=made.body["id"]).body["reason"] == "Покраска"
    route = "DELETE /v1/closures/{closure_id}"
    assert [send(MANAGER, route, closure_id=made.body["id"]).status for _ in range(2)] == [204, 404]


def test_an_external_calendar_is_imported_refreshed_and_forgotten(studio: CalendarStudio) -> None:
    hall = studio.hall()
    url = "https://other.test/x.ics"
    route = "POST /v1/halls/{hall_id}/external-calendars"
    made = send(MANAGER, route, {"name": "Avito", "url": url}, hall_id=hall.id)
    assert made.status == 201
    one = {"calendar_id": made.body["id"]}
    report = send(MANAGER, "POST /v1/external-calendars/{calendar_id}/import", {"ics": BUSY}, **one)
    assert (report.status, report.body["events"], len(report.body["busy"])) == (200, 1, 1)
    malformed = send(MANAGER, "POST /v1/external-calendars/{calendar_id}/import", {"ics": "?"}, **one)
    assert (malformed.status, malformed.code) == (422, "malformed_calendar")
    studio.fetcher.answer = CalendarUnreachableError(reason="status 500")
    down = send(MANAGER, "POST /v1/external-calendars/{calendar_id}/refresh", **one)
    assert (down.status, down.headers["retry-after"]) == (503, "60")
    [listed] = send(MANAGER, "GET /v1/halls/{hall_id}/external-calendars", hall_id=hall.id).body["data"]
    assert listed["error"] == "calendar_unreachable: The calendar's address is not responding: status 500"
    assert send(MANAGER, "DELETE /v1/external-calendars/{calendar_id}", **one).status == 204
    assert studio.rows(hall) == set()


class Unhurried(Context):
    def get_remaining_time_in_millis(self) -> int:
        return 90_000


def test_the_job_tells_what_it_did(studio: CalendarStudio) -> None:
    jobs.refresh_calendars({}, Unhurried())  # What other tests left.
    studio.calendar(studio.hall(), "https://other.test/x.ics")
    studio.fetcher.answer = BUSY
    assert jobs.refresh_calendars({}, Unhurried()) == {"done": 1, "refused": 0, "failed": 0, "more": False}


def test_a_feed_is_read_by_its_address_and_not_sent_twice(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    made = send(studio.customer, "POST /v1/calendars", {})
    name = urlsplit(made.body["url"]).path.rpartition("/")[2]
    feed = send(None, "GET /v1/calendars/{calendar}", calendar=name)
    assert (feed.status, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert f"{booking.id}@cyclorama" in feed.body
    tag = {"If-None-Match": feed.headers["etag"]}
    again = send(None, "GET /v1/calendars/{calendar}", headers=tag, calendar=name)
    assert (again.status, again.body, again.headers["etag"]) == (304, "", feed.headers["etag"])
    studio.pay(booking, uuid4())
    assert send(None, "GET /v1/calendars/{calendar}", headers=tag, calendar=name).status == 200
    listed = send(studio.customer, "GET /v1/calendars").body["data"]
    assert [(one["id"], "url" in one) for one in listed] == [(made.body["id"], False)]
    assert send(studio.customer, "DELETE /v1/calendars/{calendar}", calendar=made.body["id"]).status == 204
    gone = send(None, "GET /v1/calendars/{calendar}", headers=tag, calendar=name)
    assert (gone.status, gone.code) == (404, "calendar_feed_not_found")


def test_a_clients_feed_of_a_hall_is_forbidden(studio: CalendarStudio) -> None:
    assert send(studio.customer, "POST /v1/calendars", {"hall_id": str(studio.hall().id)}).status == 403


def test_a_refused_file_is_named_by_line_and_quotes_nothing_of_the_server(studio: CalendarStudio) -> None:
    hall = studio.hall()
    route = "POST /v1/external-calendars/{calendar_id}/import"
    one = {"calendar_id": studio.calendar(hall).id}
    path = send(MANAGER, route, {"ics": "/etc/hostname"}, **one)
    assert (path.status, path.body["reason"]) == (422, "it has no VCALENDAR")
    odd = send(MANAGER, route, {"ics": ics(vevent("DTSTART:soon", uid="u"))}, **one)
    assert (odd.status, odd.body["property"], odd.body["line"], odd.body["uid"]) == (422, "DTSTART", 6, "u")


def test_an_answer_with_characters_that_cannot_be_stored_is_read_without_them(studio: CalendarStudio) -> None:
    hall = studio.hall()
    studio.book(hall)
    calendar = studio.calendar(hall, "https://other.test/x.ics")
    studio.fetcher.answer = BUSY.replace("UID:", "UID:a\x00\x07b")
    report = send(MANAGER, "POST /v1/external-calendars/{calendar_id}/refresh", calendar_id=calendar.id)
    assert report.status == 200
    assert {conflict["uid"][:2] for conflict in report.body["conflicts"]} == {"ab"}
