"""What visits claim when their hall's buffers change."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from booking.hall_uses.domain import Held, relaid
from booking.halls.domain import usable_until
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from tests.support.booking.calendar import hall_in

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hours(start: float, end: float) -> TimeRange:
    return TimeRange(NOON + start * HOUR, NOON + end * HOUR)


def hall(before: int = 0, after: int = 0) -> Hall:
    return hall_in("Europe/Moscow", buffer_before_minutes=before, buffer_after_minutes=after)


def held(start: float, end: float, before: float = 0, after: float = 0) -> Held:
    return Held(uuid4(), hours(start, end), hours(start - before, end + after))


def test_a_buffer_grows_up_to_whoever_is_next() -> None:
    visit = held(1, 2)
    shrunk, grown = relaid(hall(before=60, after=60), [visit], [hours(0.25, 0.5), hours(2.5, 3)], NOON)
    assert (shrunk, [one.claimed for one in grown]) == ([], [hours(0.5, 2.5)])


def test_two_visits_share_what_is_between_them_and_the_earlier_one_chooses() -> None:
    late, early = held(3, 4), held(1, 2)
    _, grown = relaid(hall(before=30, after=45), [late, early], [], NOON)
    assert [one.claimed for one in grown] == [hours(0.5, 2.75), hours(2.75, 4.75)]


def test_what_one_gives_back_another_may_take() -> None:
    early, late = held(1, 2), held(2.5, 3, before=0.5)
    shrunk, grown = relaid(hall(after=30), [early, late], [], NOON)
    assert [one.claimed for one in shrunk] == [hours(2.5, 3)]
    assert [one.claimed for one in grown] == [hours(1, 2.5), hours(2.5, 3.5)]


def test_nothing_grows_into_the_past_and_no_visit_is_cut() -> None:
    running, soon = held(-1, 1, before=0.5), held(1.25, 2)
    shrunk, grown = relaid(hall(before=240), [soon], [], NOON + timedelta(minutes=7))
    assert (shrunk, [one.claimed for one in grown]) == ([], [hours(0.25, 2)])
    shrunk, grown = relaid(hall(), [running], [], NOON)
    assert ([one.claimed for one in shrunk], grown) == ([hours(-1, 1)], [])


def test_several_halls_are_left_when_the_first_of_them_must_be() -> None:
    halls = [hall_in("Europe/Moscow", unused_minutes=minutes) for minutes in (0, 10, 5)]

    assert usable_until(halls, hours(1, 2)) == NOON + 2 * HOUR - timedelta(minutes=10)
    assert usable_until(halls[:1], hours(1, 2)) == NOON + 2 * HOUR
