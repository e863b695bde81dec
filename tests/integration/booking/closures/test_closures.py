"""Closures: time that is not for rent, and the bookings in its way."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.calendar.errors import SlotTakenError
from booking.closures.errors import BookingsInTheWayError, ClosureNotFoundError, VisitsInTheWayError
from booking.closures.service import Closures
from booking.halls.errors import HallNotFoundError
from booking.ical.occurrences import local_starts
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.closures import Closure, ClosureRequest
from shared_schemas.calendar import Recurrence
from shared_schemas.errors import RuleViolationError
from tests.support.booking.calendar_studio import CalendarStudio, hours_from
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def studio(engine_for: EngineFor) -> CalendarStudio:
    return CalendarStudio(engine_for("booking"))


def test_a_closed_hall_cannot_be_booked(studio: CalendarStudio) -> None:
    hall = studio.hall()
    closure = studio.close(hall)
    assert [(span.start, span.end) for span in closure.occurrences] == [(START, START + 2 * HOUR)]
    with pytest.raises(SlotTakenError):
        studio.book(hall, START + HOUR)
    assert START not in studio.availability(hall).days[0].starts


def test_a_closure_ends_where_it_ends(studio: CalendarStudio) -> None:
    hall = studio.hall()
    studio.close(hall)
    assert studio.book(hall, START + 2 * HOUR).status == "pending"
    assert studio.book(hall, START - 2 * HOUR).status == "pending"


def test_bookings_in_the_way_are_listed_and_nothing_is_closed(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall, START + HOUR)
    with pytest.raises(BookingsInTheWayError) as refused:
        studio.close(hall)
    assert refused.value.params["bookings"] == [
        {
            "id": str(booking.id),
            "number": booking.number,
            "start": booking.start.isoformat(),
            "end": booking.end.isoformat(),
        }
    ]
    assert studio.claimed(hall, "closure") == []


def test_the_buffer_of_a_booking_is_in_the_way_too(studio: CalendarStudio) -> None:
    hall = studio.hall(buffer_before_minutes=30)
    studio.book(hall, START + 2 * HOUR)
    with pytest.raises(BookingsInTheWayError):
        studio.close(hall)


def test_kept_bookings_are_closed_around(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall, START + HOUR, hours=1)
    closure = studio.close(hall, hours=4, conflicts="keep")
    assert studio.claimed(hall, "closure") == hours_from(START, (0, 1), (2, 4))
    assert [span.start for span in closure.occurrences] == [START, START + 2 * HOUR]
    assert studio.bookings.get(booking.id, studio.customer).status == "pending"


def test_cancelled_bookings_get_everything_back(studio: CalendarStudio) -> None:
    """Within 24 hours the terms would return nothing; the studio's own decision returns it all."""
    hall = studio.hall()
    soon = studio.clock.now().astimezone(ZoneInfo("Europe/Moscow")) + 3 * HOUR
    booking = studio.paid(hall, soon)
    closure = studio.close(hall, soon, conflicts="cancel")
    cancelled = studio.bookings.get(booking.id, studio.customer)
    assert (cancelled.status, cancelled.refund_due) == ("cancelled", booking.paid)
    assert booking.paid.amount > 0
    assert closure.cancelled_bookings == [booking.id]
    assert studio.claimed(hall, "closure") == hours_from(soon, (0, 2))
    assert studio.claimed(hall, "booking") == []
    assert studio.events()[-1] == "booking.cancelled"


def test_only_bookings_in_the_way_are_cancelled(studio: CalendarStudio) -> None:
    hall = studio.hall()
    other = studio.book(hall, START + 7 * HOUR)
    every_other_day = Recurrence(rule="FREQ=DAILY;INTERVAL=2;COUNT=2")
    between = studio.book(hall, START + 24 * HOUR)
    hit = studio.book(hall, START + 48 * HOUR)
    closure = studio.close(hall, conflicts="cancel", recurrence=every_other_day)
    assert closure.cancelled_bookings == [hit.id]
    assert {studio.bookings.get(one.id, studio.customer).status for one in (other, between)} == {"pending"}


def test_a_visit_that_has_begun_cannot_be_cancelled_for_a_closure(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    booking = studio.paid(hall)
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR + 0.5)
    with pytest.raises(VisitsInTheWayError) as refused:
        studio.close(hall, hours=6, conflicts="cancel")
    assert booking.number in refused.value.message()
    assert studio.claimed(hall, "closure") == []


def test_a_composite_hall_closes_its_parts_and_a_part_the_whole(studio: CalendarStudio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])
    studio.close(floor)
    assert studio.claimed(left, "closure") == studio.claimed(right, "closure") == hours_from(START, (0, 2))
    assert studio.claimed(floor, "closure") == []
    with pytest.raises(SlotTakenError):
        studio.book(right)
    studio.close(right, START + 4 * HOUR)
    with pytest.raises(SlotTakenError):
        studio.book(floor, START + 4 * HOUR)


def test_each_part_is_closed_around_its_own_bookings(studio: CalendarStudio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])
    studio.book(left, START, hours=1)
    closure = studio.close(floor, conflicts="keep")
    assert studio.claimed(left, "closure") == hours_from(START, (1, 2))
    assert studio.claimed(right, "closure") == hours_from(START, (0, 2))
    assert [(span.start, span.end) for span in closure.occurrences] == [(START, START + 2 * HOUR)]


def test_without_a_hall_every_hall_is_closed_in_its_own_local_time(engine_for: EngineFor) -> None:
    """Berlin leaves summer time between the two days, Moscow has none."""
    studio = CalendarStudio(engine_for("booking"))
    studio.clock.advance(days=300)
    moscow, berlin = studio.hall(), studio.hall(timezone="Europe/Berlin")
    first = datetime(2027, 10, 30, 10, tzinfo=UTC)
    studio.close(None, first, recurrence=Recurrence(rule="FREQ=DAILY;COUNT=2"), conflicts="keep")
    assert studio.claimed(moscow, "closure") == hours_from(first, (0, 2), (24, 26))
    assert studio.claimed(berlin, "closure") == hours_from(first, (0, 2), (25, 27))
    [closure] = [one for one in studio.closures.all(None) if one.hall_id is None]
    studio.closures.remove(closure.id, MANAGER.subject)
    assert studio.claimed(moscow, "closure") == studio.claimed(berlin, "closure") == []


def test_other_closures_in_the_way_are_no_error(studio: CalendarStudio) -> None:
    hall = studio.hall()
    studio.close(hall)
    second = studio.close(hall, START + HOUR, hours=3)
    assert [(span.start, span.end) for span in second.occurrences] == [(START + 2 * HOUR, START + 4 * HOUR)]
    assert studio.claimed(hall, "closure") == hours_from(START, (0, 4))


@pytest.mark.parametrize(
    ("start", "hours", "field", "code"),
    [
        (START, -1, "end", "end_before_start"),
        (START + timedelta(minutes=5), 1, "start", "off_grid"),
        (START, 1.1, "end", "off_grid"),
        (START, 24 * 367, "end", "too_long"),
        (START - timedelta(days=30), 1, "end", "in_past"),
    ],
)
def test_times_keep_the_rules(studio: CalendarStudio, start: datetime, hours: float, field: str, code: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        studio.close(studio.hall(), start, hours=hours)
    assert (field, code) in [(violation.field, violation.code) for violation in refused.value.violations]


def test_a_rule_may_not_leave_the_grid(studio: CalendarStudio) -> None:
    with pytest.raises(RuleViolationError) as refused:
        studio.close(studio.hall(), recurrence=Recurrence(rule="FREQ=DAILY;BYMINUTE=0,7;COUNT=2"))
    assert {violation.code for violation in refused.value.violations} == {"off_grid"}


def test_a_closure_that_runs_already_takes_what_is_to_come(studio: CalendarStudio) -> None:
    hall, now = studio.hall(), studio.clock.now()
    closure = studio.close(hall, now - 5 * HOUR, hours=10)
    assert closure.start == now - 5 * HOUR
    assert studio.claimed(hall, "closure") == hours_from(now, (0, 5))


def test_removing_frees_the_future_and_keeps_the_past(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    closure = studio.close(hall, recurrence=Recurrence(rule="FREQ=DAILY;COUNT=3"))
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR + 24 + 1.1)
    studio.closures.remove(closure.id, MANAGER.subject)
    assert studio.claimed(hall, "closure") == hours_from(START, (0, 2), (24, 25.25))
    with pytest.raises(ClosureNotFoundError):
        studio.closures.get(closure.id)
    with pytest.raises(ClosureNotFoundError):
        studio.closures.remove(closure.id, MANAGER.subject)


def test_who_removed_it_and_when_is_kept(studio: CalendarStudio) -> None:
    closure = studio.close(studio.hall())
    studio.closures.remove(closure.id, "somebody")
    with studio.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, removed_by, removed_at FROM booking.closures").all()
    assert (closure.id, "somebody", studio.clock.now()) in [tuple(row) for row in rows]


def test_closures_are_listed_until_they_are_over(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    closure = studio.close(hall, recurrence=Recurrence(rule="FREQ=DAILY;COUNT=2"))
    listed = []
    for _ in range(2):
        studio.clock.advance(days=1.5)
        listed.append(closure.id in {one.id for one in studio.closures.all(None)})
    assert listed == [True, False]
    assert closure.id in {one.id for one in studio.closures.all(START.date())}
    assert studio.closures.get(closure.id).occurrences == closure.occurrences


def test_the_same_key_closes_once(studio: CalendarStudio) -> None:
    hall = studio.hall()
    request = ClosureRequest(hall_id=hall.id, start=START, end=START + HOUR, reason="Paint")
    key = IdempotencyKey(MANAGER.subject, "POST /v1/closures", str(uuid4()), "same")
    closures = [studio.closures.close(request, MANAGER.subject, key) for _ in range(2)]
    assert closures[0] == closures[1]


def test_an_unknown_hall_is_refused(studio: CalendarStudio) -> None:
    request = ClosureRequest(hall_id=uuid4(), start=START, end=START + HOUR, reason="Paint")
    with pytest.raises(HallNotFoundError):
        studio.closures.close(request, MANAGER.subject, None)


def test_what_is_booked_in_between_is_found_by_looking_again(studio: CalendarStudio, engine_for: EngineFor) -> None:
    """Somebody books after the closure has looked, and before it claims: the next look lists the booking."""
    hall, somebody = studio.hall(), Studio(engine_for("booking"))
    booked: list[str] = []

    class Slow(Closures):
        def _require_to_come(self, bookings: Sequence[Booking]) -> None:
            if not booked:
                booked.append(somebody.book(hall).number)
            super()._require_to_come(bookings)

    closures = Slow(studio.work, studio.clock, studio.app.sales, local_starts)
    request = ClosureRequest(hall_id=hall.id, start=START, end=START + HOUR, reason="Paint")
    with pytest.raises(BookingsInTheWayError) as refused:
        closures.close(request, MANAGER.subject, None)
    assert refused.value.params["numbers"] == booked[0]


def test_time_that_stays_contested_is_refused_in_the_end(studio: CalendarStudio) -> None:
    class Hopeless(Closures):
        attempts = 0

        def _close(self, *_: object) -> Closure:
            self.attempts += 1
            raise SlotTakenError

    closures = Hopeless(studio.work, studio.clock, studio.app.sales, local_starts)
    request = ClosureRequest(start=START, end=START + HOUR, reason="Paint")
    with pytest.raises(SlotTakenError):
        closures.close(request, MANAGER.subject, None)
    assert closures.attempts == 3


def test_a_closure_is_listed_from_its_own_local_day(studio: CalendarStudio) -> None:
    """00:00 to 02:30 in Moscow is the evening before in UTC; what ends at midnight is not on the day that begins."""
    moscow, tokyo = studio.hall(), studio.hall(timezone="Asia/Tokyo")
    midnight = datetime(2027, 2, 1, tzinfo=ZoneInfo("Europe/Moscow"))
    night, evening = studio.close(moscow, midnight, 2.5), studio.close(moscow, midnight - 2 * HOUR, 2)
    japanese = studio.close(tokyo, datetime(2027, 2, 1, 22, tzinfo=ZoneInfo("Asia/Tokyo")), 2)
    of_all = studio.close(None, datetime(2027, 2, 1, 21, tzinfo=ZoneInfo("Asia/Tokyo")), 4)

    listed = {
        day: {one.id for one in studio.closures.all(date(2027, 2, day))}
        & {night.id, evening.id, japanese.id, of_all.id}
        for day in (1, 2)
    }

    # Tokyo's part of the closure of all ends at 01:00 there, Moscow's before the day is over.
    assert listed == {1: {night.id, japanese.id, of_all.id}, 2: {of_all.id}}
