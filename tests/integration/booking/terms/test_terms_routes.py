"""Terms for some visits, and what a visit is for, as clients and staff see them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.app import api
from shared_schemas.booking.availability import AvailabilitiesQuery, Availability, MonthQuery
from shared_schemas.booking.groups import GroupItem, GroupRequest
from shared_schemas.booking.halls import Hall, HallChanges
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.prices import TariffVersionRequest
from shared_schemas.booking.quotes import QuoteRequest
from shared_schemas.booking.schedule import ScheduleQuery
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Page
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.terms import MONDAY, SATURDAY, refusals
from tests.support.rest import Answer, ask

pytestmark = pytest.mark.usefixtures("default_policy", "served")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEKEND = {"name": "Weekend", "weekdays": [6, 7], "holidays": "also", "min_minutes": 120, "prepayment_percent": 100}
TODAY = {"name": "Today", "under_hours_before": 24, "priority": 1, "min_minutes": 60, "hold_minutes": 5}


@pytest.fixture(autouse=True)
def no_rules_afterwards(studio: Studio) -> Iterator[None]:
    yield
    studio.policies.replace(PolicyRequest(rules=[]), MANAGER)
    plain = studio.prices.draft(TariffVersionRequest(packages=[], notices=[], birthdays=[]), MANAGER, None)
    studio.prices.activate(plain.number)


@pytest.fixture
def hall(studio: Studio) -> Hall:
    return studio.hall()


def put(studio: Studio, **changes: Any) -> Answer:
    policy = PolicyRequest().model_dump(mode="json", exclude={"rules"})
    return ask(api, MANAGER, "PUT /v1/policy", policy | changes)


def test_rules_are_kept_by_who_does_not_know_of_them(studio: Studio, hall: Hall) -> None:
    large = {"name": "Large", "hall_ids": [str(hall.id)], "refund_tiers": [
        {"hours_before": 0, "percent": 0}, {"hours_before": 120, "percent": 100}]}  # fmt: skip

    stored = put(studio, rules=[WEEKEND, large])
    again = put(studio, max_reschedules=3)

    assert (stored.status, again.status) == (200, 200)
    assert again.body["rules"] == stored.body["rules"] == ask(api, None, "GET /v1/policy").body["rules"]
    assert [tier["hours_before"] for tier in again.body["rules"][1]["refund_tiers"]] == [120, 0]
    assert put(studio, rules=[]).body["rules"] == []


def test_rules_against_reason_are_refused_in_words(studio: Studio) -> None:
    bad = put(studio, rules=[WEEKEND, WEEKEND | {"from_minutes": 120, "to_minutes": 60}])
    unknown = put(studio, rules=[WEEKEND | {"hall_ids": [str(uuid4())]}])
    empty = put(studio, rules=[{"name": "Nothing"}])

    assert [(error["field"], error["code"]) for error in bad.body["errors"]] == [
        ("rules.1.name", "repeated_name"),
        ("rules.1.to_minutes", "below_shortest"),
        ("rules.1.min_minutes", "shortest_by_length"),
    ]
    assert (unknown.status, unknown.code) == (404, "hall_not_found")
    assert (empty.status, empty.body["errors"][0]["code"]) == (422, "rule_sets_nothing")
    assert studio.policies.current().rules == []


def test_starts_quotes_and_bookings_agree(studio: Studio, hall: Hall) -> None:
    put(studio, rules=[WEEKEND])

    short = studio.availability(hall, SATURDAY, duration=60, explain=True).days[0]
    asked = {"hall_id": str(hall.id), "start": SATURDAY.isoformat()}
    refused = ask(api, None, "POST /v1/quotes", asked | {"end": (SATURDAY + HOUR).isoformat()})
    quote = ask(api, None, "POST /v1/quotes", asked | {"end": (SATURDAY + 2 * HOUR).isoformat()})

    assert short.starts == []
    assert {one.rule for one in short.closed or () if one.codes == ["too_short"]} == {"Weekend"}
    (error,) = refused.body["errors"]
    assert (error["code"], error["min"], error["rule"]) == ("too_short", 120, "Weekend")
    # What is offered instead is of the week, or long enough.
    assert refused.body["alternatives"] and all(
        one["start"][:10] not in ("2026-12-19", "2026-12-20") for one in refused.body["alternatives"]
    )
    assert quote.body["prepayment"] == quote.body["total"]
    terms = quote.body["terms"]
    assert (terms["min_minutes"], terms["prepayment_percent"], terms["hold_minutes"]) == (120, 100, 15)
    assert {each["term"] for each in terms["by"] if each["rule"] == "Weekend"} == {"min_minutes", "prepayment_percent"}
    assert refusals(lambda: studio.book(hall, SATURDAY, 1)) == ["too_short"]
    booked = studio.book(hall, SATURDAY, 2)
    assert (booked.prepayment, {one.rule for one in booked.terms_by}) == (booked.total, {"Weekend"})
    assert studio.bookings.get(booked.id, MANAGER) == booked


def test_a_month_follows_the_terms_and_the_clock(studio: Studio, hall: Hall) -> None:
    """What is under a day ahead may be short: at nine on Friday nothing of Saturday is yet, a second later nine is."""

    def free() -> dict[str, bool]:
        halls, cursor = list[Any](), dict[str, str]()
        while True:
            query = {"month": "2026-12", "duration": 60} | cursor
            page = ask(api, None, "GET /v1/calendar", query=query).body
            halls += page["halls"]
            if "next_cursor" not in page:
                break
            cursor = {"cursor": page["next_cursor"]}
        (mine,) = [each for each in halls if each["hall_id"] == str(hall.id)]
        return {day["date"]: day["free"] for day in mine["days"]}

    opens = SATURDAY.replace(hour=9)
    studio.clock.advance(seconds=(opens - DAY - HOUR - studio.clock.now()).total_seconds())
    assert free()["2026-12-19"]
    put(studio, rules=[WEEKEND, TODAY])
    assert not free()["2026-12-19"]
    studio.clock.advance(hours=1)
    assert not free()["2026-12-19"]
    studio.clock.advance(seconds=1)
    assert free()["2026-12-19"]


def test_prices_of_a_day_follow_its_package_and_the_clock(studio: Studio, hall: Hall) -> None:
    """A draft as the desk sends it; each start has the price of its quote, and says by what."""
    lists = {
        "packages": [{"hall_id": hall.id, "name": "Morning", "minutes": 180, "price": {"amount": 450_000},
                      "starts": "09:00", "ends": "14:00", "weekdays": [1, 2, 3, 4, 5]}],
        "notices": [{"hall_id": hall.id, "name": "Today", "same_day": True, "percent_off": 20}],
        "birthdays": [{"hall_id": hall.id, "percent_off": 20}],
    }  # fmt: skip
    draft = studio.prices.draft(TariffVersionRequest.model_validate(lists), MANAGER, None)
    studio.prices.activate(draft.number)
    assert studio.prices.version(draft.number).packages == draft.packages

    def told() -> dict[str, tuple[int, list[str]]]:
        (day,) = studio.availability(hall, MONDAY, duration=180, prices=True, explain=True).days
        return {f"{one.start:%H:%M}": (one.total.amount, one.by or []) for one in day.prices or ()}

    def cheapest() -> int:
        query = {"month": "2026-12", "duration": 180}
        month = studio.app.months.of(MonthQuery.model_validate(query))
        days = {day.date: day for one in month.halls if one.hall_id == hall.id for day in one.days}
        found = days[MONDAY.date()].from_price
        return found.amount if found else 0

    studio.clock.go_to(MONDAY.replace(hour=0) - timedelta(seconds=1))
    assert (told()["11:00"], told()["11:30"], cheapest()) == ((450_000, ["Morning"]), (600_000, []), 450_000)
    studio.clock.go_to(MONDAY.replace(hour=0))
    assert (told()["11:00"], told()["11:30"]) == ((360_000, ["Morning", "Today"]), (480_000, ["Today"]))
    assert cheapest() == 360_000

    noon = QuoteRequest(hall_id=hall.id, start=MONDAY, end=MONDAY + 3 * HOUR, birthday="12-16")
    quote = studio.quotes.quote(noon, None)
    studio.clock.advance(minutes=5)
    booked = studio.book(hall, MONDAY, 3, quote_id=quote.id)
    assert [(one.kind, one.amount.amount) for one in booked.adjustments] == [
        ("notice", -120_000),
        ("birthday", -96_000),
    ]
    assert studio.bookings.get(booked.id, MANAGER).priced_at == quote.priced_at


def test_a_birthday_on_the_waitlist_is_forgotten_with_the_person(studio: Studio, hall: Hall) -> None:
    taken = studio.book(hall, MONDAY + DAY)
    wish = WaitlistRequest(hall_id=hall.id, start=taken.start, end=taken.end, birthday="12-16", comment="Anna's")
    entry = studio.waitlist.join(wish, studio.customer, None)
    assert entry.birthday == "12-16"

    with studio.work() as work:
        work.waitlist.erase(studio.customer.user_id, studio.clock.now())
        work.commit()

    (left,) = studio.waitlist.page(WaitlistQuery(), studio.customer).data
    assert (left.birthday, left.comment, left.status) == (None, None, "withdrawn")


def test_what_a_visit_is_for_is_kept_and_told(studio: Studio, hall: Hall) -> None:
    studio.halls.change(hall.id, HallChanges(purpose_limits=[{"purpose": "event", "capacity": 30}]))
    booked = studio.book(hall, START, people=20, purpose="event")

    assert studio.bookings.get(booked.id, MANAGER).purpose == "event"
    assert studio.broker.taken[-1].data["visit_purpose"] == "event"
    days = ScheduleQuery.model_validate({"from": START.date(), "to": START.date() + DAY, "hall_id": hall.id})
    assert [visit.purpose for visit in studio.app.schedules.of(days).data] == ["event"]
    found = {"from": "2026-12-02", "to": "2026-12-03", "people": "20"}
    for purpose, halls in (("event", [hall.id]), ("photo", [])):
        query = AvailabilitiesQuery.model_validate(found | {"purpose": purpose})
        told = Page[Availability].model_validate_json(studio.app.availabilities.of_all(query).text)
        assert [one.hall_id for one in told.data] == halls


def test_groups_and_the_waitlist_say_what_for(studio: Studio, hall: Hall) -> None:
    item = GroupItem(hall_id=hall.id, start=MONDAY, end=MONDAY + HOUR, purpose="class")
    (visit,) = studio.app.groups.create(GroupRequest(items=[item]), studio.customer, None).bookings
    wish = WaitlistRequest(hall_id=hall.id, start=visit.start, end=visit.end, purpose="video")

    entry = studio.waitlist.join(wish, studio.customer, None)

    assert (visit.purpose, entry.purpose) == ("class", "video")
