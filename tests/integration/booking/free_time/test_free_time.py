"""Free time with its prices: by start, and of a month at a glance."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking import composition
from booking.app import api
from booking.free_time.service import window_of
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.closures import ClosureRequest
from shared_schemas.booking.halls import Hall, HallChanges, HallRequest
from shared_schemas.booking.hours import DateOverrideRequest
from shared_schemas.booking.prices import DurationTier, TariffVersionRequest
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.counting import Counter
from tests.support.database import EngineFor
from tests.support.rest import Answer, ask

pytestmark = pytest.mark.usefixtures("served")
QUIET = date(2026, 12, 20)
"""A day on which no other test of this file wants a hall."""
DECEMBER = {"month": "2026-12", "duration": 120}


@pytest.fixture
def hall(studio: Studio) -> Hall:
    """Dearer at the weekend, cheaper from four hours on, and without a price on New Year's Eve."""
    request = HallRequest(name=f"Hall {uuid4()}", capacity=5, opening_hours=hours(time(9), time(22)))
    hall = studio.halls.add(request, None)
    for name, price, weekdays in (("Weekdays", 100_000, [1, 2, 3, 4, 5]), ("Weekend", 160_000, [6, 7])):
        studio.tariff(hall, price, name=name, weekdays=weekdays, last_day=date(2026, 12, 30))
    draft = studio.prices.draft(TariffVersionRequest(durations=[tier(hall)]), MANAGER, None)
    studio.prices.activate(draft.number)
    return hall


def tier(hall: Hall) -> DurationTier:
    return DurationTier(hall_id=hall.id, from_minutes=240, percent_off=10)


def month(hall: Hall, **query: object) -> dict[str, dict[str, Any]]:
    pages: list[dict[str, Any]] = [{"next_cursor": None}]
    while "next_cursor" in pages[-1]:
        at = {"cursor": pages[-1]["next_cursor"]} if pages[-1]["next_cursor"] else {}
        answer = ask(api, None, "GET /v1/calendar", query=DECEMBER | query | at)
        assert answer.status == 200, answer.body
        pages.append(answer.body)
    (found,) = [each for page in pages[1:] for each in page["halls"] if each["hall_id"] == str(hall.id)]
    return {day["date"]: day for day in found["days"]}


def priced(hall: Hall, **query: object) -> Answer:
    asked = {"from": "2026-12-01", "to": "2027-01-01", "duration": 120, "prices": "true"} | query
    return ask(api, None, "GET /v1/halls/{hall_id}/availability", path={"hall_id": hall.id}, query=asked)


@pytest.mark.parametrize(("duration", "people"), [(60, 1), (120, 3), (300, 5)])
def test_each_start_has_the_price_of_its_quote(hall: Hall, duration: int, people: int) -> None:
    days = priced(hall, duration=duration, people=people, **{"from": "2026-12-03", "to": "2026-12-06"}).body["days"]

    told = [(each["start"], each["total"]) for day in days for each in day["prices"]]
    assert [start for start, _ in told] == [start for day in days for start in day["starts"]]
    for start, total in told[:: len(told) // 4]:
        end = (datetime.fromisoformat(start) + timedelta(minutes=duration)).isoformat()
        asked = {"hall_id": str(hall.id), "start": start, "end": end, "people": people}
        quote = ask(api, None, "POST /v1/quotes", asked)
        assert (quote.status, quote.body["total"]) == (201, total)


def test_a_start_without_a_tariff_has_no_price(hall: Hall) -> None:
    *_, eve = priced(hall).body["days"]

    assert (eve["date"], eve["prices"]) == ("2026-12-31", [])
    assert eve["starts"]
    assert "from_price" not in month(hall)["2026-12-31"] and month(hall)["2026-12-31"]["free"]


def test_without_being_asked_for_prices_are_not_told(hall: Hall) -> None:
    assert "prices" not in priced(hall, prices="false").body["days"][0]


def test_a_month_says_what_the_days_say(studio: Studio, hall: Hall) -> None:
    studio.book(hall, START)
    studio.app.closures.close(closed(hall, START + timedelta(days=1)), MANAGER.subject, None)

    days = {day["date"]: day for day in priced(hall).body["days"]}
    shown = month(hall)

    assert list(shown) == list(days)
    for name, day in days.items():
        cheapest = min((each["total"]["amount"] for each in day["prices"]), default=None)
        from_price = shown[name].get("from_price")
        assert (shown[name]["free"], from_price and from_price["amount"]) == (bool(day["starts"]), cheapest), name
    assert shown["2026-12-03"] == {"date": "2026-12-03", "free": False}
    assert shown["2026-12-05"]["from_price"] == {"amount": 320_000, "currency": "RUB"}


def closed(hall: Hall, day: datetime) -> ClosureRequest:
    midnight = day.replace(hour=0)
    return ClosureRequest(hall_id=hall.id, start=midnight, end=midnight + timedelta(days=1), reason="Painting")


def test_halls_that_are_too_small_are_left_out(hall: Hall) -> None:
    answer = ask(api, None, "GET /v1/calendar", query=DECEMBER | {"people": 6})

    assert str(hall.id) not in [each["hall_id"] for each in answer.body["halls"]]


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "26-12", "2026-12-01", "2201-01", "1969-12"])
def test_a_month_is_a_month(name: str) -> None:
    assert ask(api, None, "GET /v1/calendar", query={"month": name}).status == 422


def test_so_many_days_with_prices_and_no_more(hall: Hall) -> None:
    refused = priced(hall, to="2027-01-02")
    of_all = ask(api, None, "GET /v1/availability", query={"from": "2026-12-01", "to": "2026-12-09", "prices": "true"})

    assert (refused.status, refused.code, refused.body["max_days"]) == (422, "invalid_period", 31)
    assert (of_all.status, of_all.code, of_all.body["max_days"]) == (422, "invalid_period", 7)


def test_prices_of_a_month_are_one_load_of_the_price_list(
    engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch, hall: Hall
) -> None:
    counter = Counter(monkeypatch)
    fresh = Studio(engine_for("booking"))

    with composition.app.replaced(fresh.app), counter.counting() as sent:
        starts = sum(len(day["prices"]) for day in priced(hall).body["days"])

    asked = [statement for statement in sent.statements if "booking.tariff_versions" in statement]
    assert starts > 500
    assert len(asked) == 2  # Which is in force, and what it says.
    assert len([statement for statement in sent.statements if "booking.halls" in statement]) == 1


def test_what_did_not_change_is_not_reckoned_again(
    engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch, hall: Hall
) -> None:
    counter = Counter(monkeypatch)
    fresh = Studio(engine_for("booking"))

    def asked() -> list[str]:
        with composition.app.replaced(fresh.app), counter.counting() as sent:
            month(hall)
        return [statement for statement in sent.statements if statement.startswith(("SELECT", "WITH"))]

    assert len(asked()) == 4  # The stamp, the halls' free time, the tariffs in force, and what they say.
    assert len(asked()) == 1
    fresh.book(hall, START + timedelta(days=9))
    assert len(asked()) == 3


def moscow(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, 16, tzinfo=START.tzinfo)


def stamp(studio: Studio, moment: datetime) -> str:
    with studio.work() as work:
        return str(work.stamps.stamp(window_of(date(2026, 12, 1), date(2027, 1, 1)), moment))


CHANGES: dict[str, Callable[[Studio, Hall], object]] = {
    "a booking": lambda studio, hall: studio.book(hall),
    "a closure": lambda studio, hall: studio.app.closures.close(closed(hall, START), MANAGER.subject, None),
    "a rule of the hall": lambda studio, hall: studio.halls.change(hall.id, HallChanges(min_minutes=180)),
    "an exception": lambda studio, hall: studio.app.overrides.add(day_off(hall.id), MANAGER.subject, None),
    "an exception of all": lambda studio, _: studio.app.overrides.add(day_off(None), MANAGER.subject, None),
    "a tariff": lambda studio, hall: studio.tariff(hall, 80_000),
    "a hall": lambda studio, _: studio.hall(),
}


def day_off(hall_id: UUID | None) -> DateOverrideRequest:
    return DateOverrideRequest(hall_id=hall_id, first_day=QUIET, last_day=QUIET, hours=[])


@pytest.mark.parametrize("change", CHANGES)
def test_the_stamp_changes_with(studio: Studio, hall: Hall, change: str) -> None:
    before = stamp(studio, studio.clock.now())

    CHANGES[change](studio, hall)

    assert stamp(studio, studio.clock.now()) != before


def test_the_stamp_changes_back(studio: Studio, hall: Hall) -> None:
    before = stamp(studio, studio.clock.now())
    booking = studio.book(hall)
    with_booking = stamp(studio, studio.clock.now())
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)

    assert before == stamp(studio, studio.clock.now()) != with_booking


@pytest.mark.parametrize(
    ("moment", "minutes", "is_felt"),
    [
        (moscow(12, 7), 13, False),
        (moscow(12, 7), 15, True),
        # Another month: nothing of it can be over, and all of it is still near enough.
        (moscow(11, 2), 60 * 24 * 7, False),
    ],
)
def test_time_is_felt_when_a_start_is_over(
    studio: Studio, hall: Hall, moment: datetime, minutes: int, is_felt: bool
) -> None:
    assert (stamp(studio, moment) != stamp(studio, moment + timedelta(minutes=minutes))) is is_felt


def test_a_page_that_has_it_is_told_so_until_somebody_books(studio: Studio) -> None:
    # The only hall on its page, whatever halls other tests have made.
    hall, query = studio.hall(capacity=997), DECEMBER | {"duration": 720, "people": 997}
    first = ask(api, None, "GET /v1/calendar", query=query)
    known = {"If-None-Match": first.headers["etag"]}

    assert ask(api, None, "GET /v1/calendar", query=query, headers=known).status == 304
    studio.book(hall)
    assert ask(api, None, "GET /v1/calendar", query=query, headers=known).status == 200
