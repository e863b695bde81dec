"""How short a visit may be by the studio's rules, and how many may come for a purpose: judged, explained, changed."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.calendar.judge import broken_rules
from booking.calendar.sold import Sold
from booking.calendar.timetable import timetable
from booking.calendar.verdicts import violations
from booking.halls.domain import hall_violations
from booking.hours.domain import StudioDays
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest
from shared_schemas.booking.policy import Policy, SaleTerms, TermsRule
from shared_schemas.booking.prices import Price
from shared_schemas.booking.quotes import Quote
from tests.support.booking.free_days import availability_day, possible_starts
from tests.support.booking.in_memory import HOUR, MANAGER, MemoryStudio
from tests.support.booking.made import hall, tariff
from tests.support.booking.made import hours as open_hours
from tests.support.booking.prices import MOSCOW, WEDNESDAY_NOON, price_list
from tests.support.booking.terms import refusals, to
from tests.support.runs.table import each

DAY = timedelta(days=1)
SATURDAY = WEDNESDAY_NOON + 3 * DAY
WEEKEND = TermsRule(name="Weekend", weekdays=[6, 7], holidays="also", min_minutes=120)
LAST_MINUTE = TermsRule(name="Last minute", priority=1, under_hours_before=6, min_minutes=30)


@pytest.fixture
def studio() -> MemoryStudio:
    studio = MemoryStudio()
    studio.memory.state.policy = Policy(rules=[WEEKEND, LAST_MINUTE], reschedule_hours_before=0, max_reschedules=9)
    return studio


def judged(start: datetime, minutes: int, now: datetime, purpose: Any = "photo", people: int = 1) -> list[Any]:
    where = hall(purpose_limits=[{"purpose": "event", "capacity": 30}, {"purpose": "class", "capacity": 0}])
    free = [TimeRange(start - 4 * DAY, start + 4 * DAY).utc()]
    day = start.date()
    table = timetable(where, StudioDays(), free, day, day, [WEEKEND, LAST_MINUTE], purpose)
    return violations(table, TimeRange(start, start + timedelta(minutes=minutes)), people, now)


def test_the_rule_is_named_with_its_limit() -> None:
    (found,) = judged(SATURDAY, 90, SATURDAY - DAY)

    assert (found.code, found.params) == ("too_short", {"min": 120, "rule": "Weekend"})
    assert judged(SATURDAY, 120, SATURDAY - DAY) == judged(WEDNESDAY_NOON, 60, SATURDAY - 9 * DAY) == []
    (own,) = judged(WEDNESDAY_NOON, 30, SATURDAY - 9 * DAY)
    assert own.params == {"min": 60}


def test_how_soon_is_counted_from_the_sale_and_not_for_what_is_sold() -> None:
    assert judged(SATURDAY, 30, SATURDAY - 5.75 * HOUR) == []
    assert [one.code for one in judged(SATURDAY, 30, SATURDAY - 6 * HOUR)] == ["too_short"]
    where, day = hall(), SATURDAY.date()
    table = timetable(where, StudioDays(), [], day, day, [LAST_MINUTE])
    start = int(SATURDAY.timestamp())
    assert "too_short" in broken_rules(table, start, start + 1800, 1, None)


@each(
    ("purpose", "people", "codes"),
    [("photo", 8, []), ("photo", 9, ["too_many_people"]), ("event", 30, []), ("event", 31, ["too_many_people"]),
     ("class", 1, ["other_purpose"]), ("video", 9, ["too_many_people"])],
)  # fmt: skip
def test_so_many_may_come_for_a_purpose(purpose: str, people: int, codes: list[str]) -> None:
    found = judged(WEDNESDAY_NOON, 60, WEDNESDAY_NOON - 9 * DAY, purpose, people)

    assert [one.code for one in found] == codes
    assert [one.params["max"] for one in found if "max" in one.params] == [30 if purpose == "event" else 8] * (
        "too_many_people" in codes
    )


def test_a_purpose_is_limited_once() -> None:
    twice = hall(purpose_limits=[{"purpose": "event", "capacity": n} for n in (3, 4)])

    (found,) = hall_violations(twice, {}, lambda _: True)

    assert (found.field, found.code) == ("purpose_limits.1.purpose", "repeated_purpose")


def test_the_explanation_names_the_rule() -> None:
    where, day = hall(), SATURDAY.date()
    free = [TimeRange(SATURDAY - 4 * DAY, SATURDAY + 4 * DAY).utc()]
    table = timetable(where, StudioDays(), free, day, day, [WEEKEND])

    shown = availability_day(table, day, HOUR, 1, SATURDAY - DAY, explain=True)

    assert shown.starts == []
    by_start = {one.start.astimezone(MOSCOW).time(): (one.codes, one.rule) for one in shown.closed or ()}
    assert by_start[time(12)] == (["too_short"], "Weekend")
    assert by_start[time(12, 15)] == (["too_short", "start_not_allowed"], "Weekend")


def test_an_hour_of_a_wednesday_is_none_of_a_saturday(studio: MemoryStudio) -> None:
    sold = studio.paid(hours=1)

    def moved(start: datetime, hours: float = 1) -> list[str]:
        return refusals(lambda: studio.changes.reschedule(sold.id, to(start, hours), studio.customer, None))

    assert moved(SATURDAY) == ["too_short"]
    assert moved(WEDNESDAY_NOON + 0.5 * HOUR, 0.5) == ["too_short"]
    assert moved(SATURDAY, 2) == []


def test_an_hour_of_a_saturday_that_staff_agreed_on_may_be_another_one(studio: MemoryStudio) -> None:
    sold = studio.paid(3 * 24, 1, override_reason="A friend", actor=MANAGER.subject)

    assert refusals(lambda: studio.changes.reschedule(sold.id, to(SATURDAY + DAY, 1), studio.customer, None)) == []


def test_what_a_visit_is_for_is_corrected_at_the_price_of_the_sale(studio: MemoryStudio) -> None:
    studio.memory.state.tariffs = price_list(tariff(200_000), tariff(300_000, name="Guests", purposes=["event"]))
    sold = studio.paid()

    same = studio.changes.amend(sold.id, AmendRequest(purpose="photo"), studio.customer, None)
    other = studio.changes.amend(sold.id, AmendRequest(purpose="event"), studio.customer, None)

    assert (same, other.total.amount) == (sold, 600_000)
    assert [(line.tariff_name, line.amount.amount) for line in other.lines] == [("Guests", 600_000)]
    assert studio.memory.state.trail[sold.id][-1].after["purpose"] == "event"


def test_another_purpose_is_judged_by_its_own_limits(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(rules=[TermsRule(name="Guests", purposes=["event"], min_minutes=180)])
    sold = studio.paid()

    assert refusals(
        lambda: studio.changes.amend(sold.id, AmendRequest(purpose="event"), studio.customer, None)
    ) == ["too_short"]  # fmt: skip
    was = Sold.of(sold.model_copy(update={"purpose": "event"}))
    table = timetable(studio.hall, StudioDays(), [], SATURDAY.date(), SATURDAY.date(), purpose="event")
    assert not was.is_worse("other_purpose", table, was.slot, 1)


def quoted(studio: MemoryStudio, like: Booking) -> Quote:
    """The same a day later, under the terms of a booking."""
    minutes = ((like.hold_expires_at or like.created_at) - like.created_at) / timedelta(minutes=1)
    terms = SaleTerms(
        **dict(like.terms), min_minutes=60, prepayment_percent=like.prepayment_percent or 0, hold_minutes=minutes,
        by=like.terms_by,
    )  # fmt: skip
    quote = Quote(
        **{name: getattr(like, name) for name in (*Price.model_fields, "hall_id", "people", "usable_until")},
        id=uuid4(), start=like.start + DAY, end=like.end + DAY, terms=terms, valid_until=studio.clock.now() + HOUR,
    )  # fmt: skip
    studio.memory.state.quotes[quote.id] = quote
    return quote


def test_a_booking_keeps_the_terms_that_its_quote_said(studio: MemoryStudio) -> None:
    strict = TermsRule(name="Strict", prepayment_percent=100, hold_minutes=45, max_reschedules=0)
    studio.memory.state.policy = Policy(rules=[strict])
    by_rule = studio.sell()
    assert (by_rule.prepayment.amount, by_rule.terms.max_reschedules) == (400_000, 0)
    assert by_rule.hold_expires_at == studio.clock.now() + timedelta(minutes=45)
    assert {one.term: one.rule for one in by_rule.terms_by} == dict.fromkeys(strict.sets, "Strict")
    quote = quoted(studio, by_rule)

    studio.memory.state.policy = Policy()
    later = studio.sell(24, quote_id=quote.id)

    assert (later.prepayment.amount, later.terms, later.terms_by) == (400_000, by_rule.terms, by_rule.terms_by)


def test_a_customer_s_own_share_counts_before_any_rule(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(rules=[TermsRule(name="All", prepayment_percent=100, max_reschedules=0)])
    studio.memory.state.standings[studio.customer.user_id] = (False, 25)

    sold = studio.sell()

    assert (sold.prepayment.amount, sold.prepayment_percent) == (100_000, 25)
    assert [(one.term, one.rule) for one in sold.terms_by] == [("max_reschedules", "All")]


def test_a_visit_for_a_purpose_without_a_price_is_not_for_sale(studio: MemoryStudio) -> None:
    studio.memory.state.tariffs = price_list(tariff(200_000, purposes=["photo", "video"]))

    assert studio.sell().total.amount == 400_000
    assert refusals(lambda: studio.sell(24, purpose="event")) == ["no_tariff"]


def test_a_quote_for_another_purpose_is_another_quote(studio: MemoryStudio) -> None:
    sold = studio.sell()
    quote = quoted(studio, sold)

    assert refusals(lambda: studio.sell(24, quote_id=quote.id, purpose="event")) == ["quote_mismatch"]


@each(
    ("rule", "minutes", "hours"),
    [
        # Of Friday and Saturday as one free stretch, all of Friday; of an hour's visits, as Saturday asks for two.
        (WEEKEND, 60, range(24)),
        # Half an hour may be sold as long as it is less than six hours ahead.
        (LAST_MINUTE, 30, range(6)),
    ],
)
def test_a_free_stretch_is_cut_where_another_length_is_asked(rule: TermsRule, minutes: int, hours: range) -> None:
    round_the_clock = hall(opening_hours=open_hours(time(0), time(0)), start_step_minutes=60)
    friday = (SATURDAY - DAY).replace(hour=0)
    window = TimeRange(friday, friday + 2 * DAY).utc()
    free = [TimeRange(friday - 4 * DAY, friday + 6 * DAY).utc()]
    table = timetable(round_the_clock, StudioDays(), free, friday.date(), SATURDAY.date(), [rule])

    found = possible_starts(table, window, minutes * 60, 1, window.start.timestamp())

    assert found == [int((window.start + hour * HOUR).timestamp()) for hour in hours]
