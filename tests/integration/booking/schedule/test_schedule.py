"""What staff see of some days: who comes when, what is paid and due, and what is not for rent."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from booking.app import api
from booking.errors import InvalidPeriodError
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, ReasonRequest
from shared_schemas.booking.changes import CancelRequest, ExtendRequest
from shared_schemas.booking.extras import AddOnRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.schedule import Schedule, ScheduledVisit, SchedulePeriod, ScheduleQuery
from shared_schemas.common import Money, Role
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.calendar_studio import CalendarStudio
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER, START, person_of
from tests.support.booking.terms import to
from tests.support.clock import NOW
from tests.support.counting import Counter
from tests.support.database import EngineFor
from tests.support.rest import ask

DAY = timedelta(days=1)
NIGHTLY: dict[str, Any] = {"opening_hours": hours(NOW.time().replace(hour=0), NOW.time().replace(hour=0))}
NO_REASON = ReasonRequest()


@pytest.fixture
def studio(engine: Engine) -> CalendarStudio:
    return CalendarStudio(engine)


def schedule(studio: CalendarStudio, first: datetime = START, days: int = 1, **changes: Any) -> Schedule:
    query = {"from": first.date(), "to": (first + days * DAY).date()} | changes
    return studio.app.schedules.of(ScheduleQuery.model_validate(query))


def test_a_key_that_may_not_know_people_is_told_no_names(studio: CalendarStudio) -> None:
    booking = studio.book(studio.hall())
    query = ScheduleQuery.model_validate({"from": START.date(), "to": (START + DAY).date()})

    found = studio.app.schedules.of(query, named=False)

    [visit] = [visit for visit in found.data if visit.id == booking.id]
    assert (visit.customer.full_name, visit.customer.phone, found.contacts) == (None, None, "withheld")
    assert seen(studio, booking).customer.full_name


def seen(studio: CalendarStudio, booking: Booking) -> ScheduledVisit:
    """How a booking stands on the schedule of its day and hall."""
    day = schedule(studio, booking.start, hall_id=booking.hall_id)
    [visit] = [visit for visit in day.data if visit.id == booking.id]
    return visit


def begins(studio: CalendarStudio, booking: Booking) -> None:
    studio.clock.go_to(booking.start)


def test_a_visit_has_what_the_desk_asks(studio: CalendarStudio) -> None:
    hall = studio.hall()
    chair = studio.app.extras.add_add_on(
        AddOnRequest(name=f"Chair {uuid4()}", unit="booking", price=Money(amount=50_000)), None
    )
    order = [{"id": chair.id, "quantity": 2}]
    booked = studio.paid(hall, people=3, comment="With a dog", add_ons=order)

    visit = seen(studio, booked)

    same = ("id", "number", "status", "version", "hall_id", "also_hall_ids", "hall_name", "timezone", "start", "end")
    told = (*same, "people", "comment", "add_ons", "total", "paid", "payment_state", "hold_expires_at", "group_id")
    assert {name: getattr(visit, name) for name in told} == {name: getattr(booked, name) for name in told}
    assert visit.start.isoformat() == booked.start.isoformat()
    assert visit.due == Money(amount=booked.total.amount - booked.paid.amount)
    person = person_of(booked.customer_id)
    assert (visit.customer.full_name, visit.customer.phone) == (person.full_name, person.phone)


def test_all_halls_are_there_in_the_order_of_time(studio: CalendarStudio) -> None:
    day = START + 5 * DAY
    halls = [studio.hall() for _ in range(3)]
    later, first, second = (
        studio.book(hall, day + timedelta(hours=ahead)) for hall, ahead in zip(halls, (4, 0, 2), strict=True)
    )
    assert numbers(schedule(studio, day)) == [first.number, second.number, later.number]


def test_what_gave_its_time_back_is_gone_but_who_did_not_come_stays(studio: CalendarStudio) -> None:
    hall, day = studio.hall(), START + 6 * DAY
    cancelled, held, missed = (studio.book(hall, day + timedelta(hours=ahead)) for ahead in (0, 2, 4))
    studio.bookings.cancel(cancelled.id, CancelRequest(), MANAGER, None)
    studio.pay(missed, uuid4())
    begins(studio, missed)
    studio.visits.no_show(missed.id, NO_REASON, MANAGER)
    studio.clock.go_to(NOW)

    assert numbers(schedule(studio, day)) == [held.number, missed.number]
    assert seen(studio, missed).due == Money(amount=0)
    studio.clock.advance(hours=2)
    studio.bookings.expire_holds()
    studio.clock.go_to(NOW)
    assert numbers(schedule(studio, day)) == [missed.number]


def test_a_visit_is_on_each_local_day_that_it_touches(studio: CalendarStudio) -> None:
    hall = studio.hall(**NIGHTLY, timezone="Asia/Vladivostok")
    start = datetime(2027, 1, 12, 23, tzinfo=ZoneInfo("Asia/Vladivostok"))
    night = studio.book(hall, start, hours=2)
    for days, there in ((-1, []), (0, [night.number]), (1, [night.number]), (2, [])):
        assert numbers(schedule(studio, start + days * DAY)) == there, days
    assert numbers(schedule(studio, start - DAY, days=4)) == [night.number]


def test_a_visit_until_midnight_is_not_on_the_next_day(studio: CalendarStudio) -> None:
    late = studio.book(studio.hall(**NIGHTLY), (START + 7 * DAY).replace(hour=22), hours=2)
    assert numbers(schedule(studio, late.start)) == [late.number]
    assert numbers(schedule(studio, late.start + DAY, hall_id=late.hall_id)) == []


def test_money_that_was_promised_back_is_due_again(studio: CalendarStudio) -> None:
    booked = studio.book(studio.hall(), START + 30 * DAY)
    studio.pay(booked, uuid4(), booked.total.amount)
    studio.changes.reschedule(booked.id, to(booked.start, 1), MANAGER, None)
    studio.changes.extend(booked.id, ExtendRequest(minutes=60), MANAGER, None)
    visit = seen(studio, booked)
    assert (visit.paid, visit.payment_state) == (booked.total, "refund_pending")
    assert visit.due == Money(amount=booked.total.amount // 2)


def test_a_hall_shows_whatever_shares_its_space(studio: CalendarStudio) -> None:
    day = START + 8 * DAY
    one, other, third = (studio.hall() for _ in range(3))
    floor = studio.hall(parts=[one.id, other.id])
    whole = studio.book(floor, day)
    both = studio.book(third, day + timedelta(hours=4), also_hall_ids=[other.id])
    assert numbers(schedule(studio, day, hall_id=one.id)) == [whole.number]
    assert numbers(schedule(studio, day, hall_id=other.id)) == [whole.number, both.number]
    assert numbers(schedule(studio, day, hall_id=floor.id)) == [whole.number, both.number]
    assert numbers(schedule(studio, day, hall_id=uuid4())) == []


def test_flags_say_who_is_here_for_the_first_time_and_who_did_not_come_before(studio: CalendarStudio) -> None:
    hall, somebody = studio.hall(), Identity(str(uuid4()), Role.CLIENT)
    first, second, third = (studio.paid(hall, START + days * DAY, caller=somebody) for days in (9, 10, 11))
    assert flags(studio, first, second, third) == [(True, False)] * 3

    begins(studio, first)
    studio.visits.check_in(first.id, NO_REASON, MANAGER)
    assert flags(studio, first, second) == [(True, False), (False, False)]
    studio.visits.complete(first.id, NO_REASON, MANAGER)
    begins(studio, second)
    studio.visits.no_show(second.id, NO_REASON, MANAGER)
    studio.clock.go_to(NOW)
    assert flags(studio, first, second, third) == [(True, False), (False, False), (False, True)]


def flags(studio: CalendarStudio, *bookings: Booking) -> list[tuple[bool, bool]]:
    customers = [seen(studio, booking).customer for booking in bookings]
    return [(customer.first_visit, customer.missed_before) for customer in customers]


def test_who_was_erased_has_no_name(studio: CalendarStudio) -> None:
    booked = studio.book(studio.hall(), START + 12 * DAY)
    studio.register.nobody.add(booked.customer_id)
    day = schedule(studio, booked.start)
    assert day.contacts == "complete"
    assert [(visit.customer.full_name, visit.customer.phone) for visit in day.data] == [(None, None)]


def test_without_the_gateway_there_is_a_schedule_without_names_that_says_so(studio: CalendarStudio) -> None:
    booked = studio.book(studio.hall(), START + 13 * DAY)
    studio.register.down = True
    day = schedule(studio, booked.start)
    assert day.contacts == "unavailable"
    assert [(visit.number, visit.customer.full_name) for visit in day.data] == [(booked.number, None)]


def test_names_are_asked_for_once_and_only_of_those_on_the_page(studio: CalendarStudio) -> None:
    hall, day = studio.hall(), START + 14 * DAY
    booked = [studio.book(hall, day + timedelta(hours=2 * at), caller=client()) for at in range(3)]
    again = studio.book(hall, day + timedelta(hours=6), caller=Identity(str(booked[0].customer_id), Role.CLIENT))

    first = schedule(studio, day, limit=2)
    rest = schedule(studio, day, limit=2, cursor=first.next_cursor)

    assert numbers(first) + numbers(rest) == [one.number for one in (*booked, again)]
    assert rest.next_cursor is None
    assert studio.register.asked == [
        {booked[0].customer_id, booked[1].customer_id},
        {booked[2].customer_id, booked[0].customer_id},
    ]
    assert schedule(studio, day + 50 * DAY).data == []
    assert len(studio.register.asked) == 2


def client() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def test_closures_and_other_calendars_are_beside_the_visits(studio: CalendarStudio) -> None:
    day = START + 15 * DAY
    one, other = studio.hall(), studio.hall()
    floor = studio.hall(parts=[one.id, other.id])
    paint = studio.close(floor, day, hours=2, reason="Paint")
    calendar = studio.calendar(one)
    event = vevent(f"DTSTART:{day + timedelta(hours=4):%Y%m%dT%H%M%S}", "DURATION:PT1H")
    studio.external.import_file(calendar.id, ics(event))
    studio.book(other, day + timedelta(hours=2))

    busy = schedule(studio, day).busy

    assert [(one.kind, one.id, one.name) for one in busy] == [
        ("closure", paint.id, "Paint"), ("external", calendar.id, calendar.name),
    ]  # fmt: skip
    assert {frozenset(each.hall_ids) for each in busy} == {frozenset({one.id, other.id}), frozenset({one.id})}
    assert [(each.start, each.end) for each in busy] == [
        (day, day + timedelta(hours=2)), (day + timedelta(hours=4), day + timedelta(hours=5)),
    ]  # fmt: skip
    assert taken(studio, other, day) == [paint.id]
    assert taken(studio, one, day) == [paint.id, calendar.id]
    assert taken(studio, floor, day) == [paint.id, calendar.id]
    assert taken(studio, one, day + DAY) == []
    assert taken(studio, studio.hall(), day) == []


def taken(studio: CalendarStudio, hall: Hall, day: datetime) -> list[UUID]:
    return [each.id for each in schedule(studio, day, hall_id=hall.id).busy]


def test_later_pages_do_not_repeat_what_is_busy(studio: CalendarStudio) -> None:
    hall, day = studio.hall(), START + 16 * DAY
    studio.close(hall, day, hours=1)
    studio.book(hall, day + timedelta(hours=2))
    studio.book(hall, day + timedelta(hours=4))
    first = schedule(studio, day, limit=1)
    assert len(first.busy) == 1
    assert schedule(studio, day, limit=1, cursor=first.next_cursor).busy == []


def test_a_stamp_changes_with_what_the_desk_sees_and_stays_without(studio: CalendarStudio) -> None:
    hall, day = studio.hall(), START + 22 * DAY

    def stamp() -> str:
        days = {"from": day.date(), "to": (day + DAY).date()}
        return studio.app.schedules.stamp(SchedulePeriod.model_validate(days)).stamp

    stamps = [stamp()]
    booking = studio.book(hall, day)
    stamps.append(stamp())
    studio.pay(booking, uuid4())
    stamps.append(stamp())
    closed = studio.close(hall, day + timedelta(hours=5), hours=1)
    stamps.append(stamp())
    studio.closures.remove(closed.id, MANAGER.subject)
    assert stamp() == stamps[2]
    studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)
    assert stamp() == stamps[0]
    assert len(set(stamps)) == 4
    studio.book(hall, day + 4 * DAY)
    assert stamp() == stamps[0]


@pytest.mark.parametrize("days", [0, -1, 43])
def test_a_period_has_a_day_at_least_and_six_weeks_at_most(studio: CalendarStudio, days: int) -> None:
    with pytest.raises(InvalidPeriodError):
        schedule(studio, START, days=days)
    schedule(studio, START, days=42)


@pytest.mark.usefixtures("served")
def test_the_route_is_for_staff(studio: CalendarStudio) -> None:
    booked = studio.book(studio.hall(), START + 18 * DAY)
    query = {"from": booked.start.date(), "to": booked.start.date() + DAY}
    answer = ask(api, MANAGER, "GET /v1/schedule", query=query)
    assert [visit["number"] for visit in answer.body["data"]] == [booked.number]
    assert ask(api, studio.customer, "GET /v1/schedule", query=query).status == 403
    assert ask(api, MANAGER, "GET /v1/schedule", query=query | {"cursor": "abc"}).code == "invalid_cursor"
    long = query | {"to": date(2028, 1, 1)}
    assert ask(api, MANAGER, "GET /v1/schedule", query=long).code == "invalid_period"


def test_no_more_is_asked_of_the_database_where_there_are_more_visits(
    engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, day = Counter(monkeypatch), START + 20 * DAY
    studio = CalendarStudio(engine_for("booking"))
    schedule(studio, day)

    def asked() -> tuple[int, int, int]:
        with counter.counting() as sent:
            schedule(studio, day)
        return sent.counts

    before = asked()
    for _ in range(6):
        hall = studio.hall()
        for ahead in (0, 2, 4):
            studio.book(hall, day + timedelta(hours=ahead), hours=1, caller=client())
        studio.close(hall, day + timedelta(hours=6), hours=1)
    assert len(schedule(studio, day).data) == 18
    assert asked() == before
    assert len(studio.register.asked[-1]) == 18


def numbers(shown: Schedule) -> list[str]:
    return [visit.number for visit in shown.data]
