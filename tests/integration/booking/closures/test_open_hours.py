"""When halls are open, as reports ask for it."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from booking import (
    app,  # noqa: F401 - adds the routes
    composition,
)
from booking.api import api
from core.identity import Identity
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverrideRequest
from shared_schemas.calendar import OpeningHours as Hours
from shared_schemas.common import Role
from tests.support.booking.calendar_studio import CalendarStudio
from tests.support.booking.studio import MANAGER
from tests.support.database import EngineFor
from tests.support.rest import Answer, call, rest_event

MOSCOW = ZoneInfo("Europe/Moscow")
REPORTS = Identity("integration", Role.SERVICE)
Stretch = tuple[tuple[int, int], tuple[int, int]]


@pytest.fixture
def studio(engine_for: EngineFor) -> Iterator[CalendarStudio]:
    made = CalendarStudio(engine_for("booking"))
    with composition.app.replaced(made.app):
        yield made


def ask(who: Identity | None = REPORTS, first: str = "2026-12-02", last: str = "2026-12-05") -> Answer:
    return call(api, rest_event("GET /v1/open-hours", query={"from": first, "to": last}, identity=who))


def stretches(hall: Hall, last: str = "2026-12-05") -> list[Stretch]:
    """Day and hour of each beginning and end, by the hall's clock."""
    (found,) = (each for each in ask(last=last).body["data"] if each["hall_id"] == str(hall.id))
    zone = ZoneInfo(found["timezone"])
    moments = [
        [datetime.fromisoformat(span[end]).astimezone(zone) for end in ("start", "end")] for span in found["open"]
    ]
    return [((a.day, a.hour), (b.day, b.hour)) for a, b in moments]


def test_hours_are_those_of_the_days_without_exceptions_and_closures(studio: CalendarStudio) -> None:
    hall = studio.hall()
    day = date(2026, 12, 3)
    studio.overrides.add(DateOverrideRequest(hall_id=hall.id, first_day=day, last_day=day, hours=[]), "m", None)
    studio.close(hall, datetime(2026, 12, 4, 12, tzinfo=MOSCOW))

    assert stretches(hall) == [((2, 9), (2, 22)), ((4, 9), (4, 12)), ((4, 14), (4, 22))]


def test_a_night_belongs_to_the_days_it_lies_in(studio: CalendarStudio) -> None:
    nights = [Hours(weekday=day, opens=time(20), closes=time(3)) for day in range(1, 8)]
    hall = studio.hall(opening_hours=nights)

    assert stretches(hall, last="2026-12-03") == [((2, 0), (2, 3)), ((2, 20), (3, 0))]


def test_the_night_in_which_the_clock_goes_back_is_an_hour_longer(studio: CalendarStudio) -> None:
    always = [Hours(weekday=day, opens=time(0), closes=time(0)) for day in range(1, 8)]
    hall = studio.hall(opening_hours=always, timezone="Europe/Berlin")

    (found,) = (h for h in ask(first="2026-10-25", last="2026-10-26").body["data"] if h["hall_id"] == str(hall.id))

    assert [(s["start"], s["end"]) for s in found["open"]] == [
        ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    ]


def test_services_and_staff_may_ask_for_a_quarter_of_a_year(studio: CalendarStudio) -> None:
    assert [ask(who).status for who in (REPORTS, MANAGER, studio.customer, None)] == [200, 200, 403, 401]
    refused = [ask(first="2026-12-01", last=last) for last in ("2026-12-01", "2027-03-04")]
    assert [(answer.status, answer.code) for answer in refused] == [(422, "invalid_period")] * 2
    assert ask(first="2026-12-01", last="2027-03-03").status == 200


def test_more_halls_are_no_more_questions(studio: CalendarStudio) -> None:
    asked: list[str] = []
    event.listen(studio.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    counts = []
    for _ in range(2):
        whole = studio.hall(parts=[studio.hall().id, studio.hall().id])
        studio.close(whole, datetime(2026, 12, 4, 12, tzinfo=MOSCOW))
        asked.clear()
        assert stretches(whole)[-1] == ((4, 14), (4, 22))
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0
