"""The halls' hours as reports count them."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.reports.domain import CLOSED, DAY_MINUTES, MAX_DAYS, Timetable, check_period, timetable
from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.calendar import Span
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.reports import NoShowsQuery
from tests.support.integration.reports import BERLIN, HALL, OTHER, utc

WHOLE = UUID(int=0xC)


def hours(*spans: tuple[datetime, datetime], hall: UUID = HALL, zone: ZoneInfo = BERLIN, **more: object) -> OpenHours:
    opened = [Span(start=start, end=end) for start, end in spans]
    values = {"hall_id": hall, "hall_name": "Hall", "timezone": zone.key, "open": opened}
    return OpenHours.model_validate(values | more)


def minutes(table: Timetable, space: UUID = HALL) -> int:
    """Of all days together."""
    of_kind = {
        kind: sum((s.closes - s.opens) * s.open for s in table.stretches if s.kind == kind)
        for kind in {stretch.kind for stretch in table.stretches}
    }
    return sum(of_kind[kind] * len(days) for (hall, kind), days in table.days.items() if hall == space)


def at(day: int, hour: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def test_days_with_the_same_hours_are_of_one_kind() -> None:
    table = timetable([hours(*((at(d, 9), at(d, 22)) for d in (1, 2)), (at(3, 10), at(3, 11)))], by_hour=False)

    assert sorted(map(list, table.days.values())) == [[date(2026, 6, 1), date(2026, 6, 2)], [date(2026, 6, 3)]]
    assert minutes(table) == (13 * 2 + 1) * 60


def test_every_kind_of_day_is_whole_and_cut_by_the_hour_where_asked() -> None:
    for by_hour in (False, True):
        table = timetable([hours((at(1, 9) + timedelta(minutes=15), at(2, 3)))], by_hour=by_hour)
        for kind in {stretch.kind for stretch in table.stretches}:
            day = [stretch for stretch in table.stretches if stretch.kind == kind]
            assert [s.closes for s in day] == [s.opens for s in day[1:]] + [DAY_MINUTES]
            assert day[0].opens == 0
            assert all(s.hour == (s.opens // 60 if by_hour else None) for s in day)
            assert not by_hour or all(s.closes <= (s.opens // 60 + 1) * 60 for s in day)
    assert {stretch.open for stretch in table.stretches if stretch.kind == CLOSED} == {0}


def test_a_night_in_which_clocks_change_has_its_real_hours() -> None:
    spring = timetable([hours((utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)))], by_hour=False)
    autumn = timetable([hours((utc(2026, 10, 24, 22), utc(2026, 10, 25, 23)))], by_hour=False)
    assert (minutes(spring), minutes(autumn)) == (23 * 60, 25 * 60)
    assert {(s.opens, s.closes, s.open) for s in autumn.stretches if s.kind != CLOSED} == {
        (0, 120, 1), (120, 180, 2), (180, 1440, 1),
    }  # fmt: skip


@given(st.integers(0, 380 * 96), st.integers(1, 5000), st.integers(1, 4999), st.booleans())
def test_hours_in_several_parts_are_the_same_hours(first: int, length: int, cut: int, by_hour: bool) -> None:
    step, begins = timedelta(minutes=15), utc(2026, 1, 1)
    start, end = begins + first * step, begins + (first + length) * step
    middle = min(begins + (first + cut) * step, end - step / 15)

    table = timetable([hours((start, end))], by_hour=by_hour)

    assert minutes(table) == length * 15
    assert minutes(timetable([hours((start, middle)), hours((middle, end))], by_hour=by_hour)) == length * 15


def test_what_is_made_of_others_and_what_is_archived_is_never_open_itself() -> None:
    day = (at(1, 9), at(1, 22))
    table = timetable(
        [hours(day), hours(day, hall=OTHER, archived=True), hours(day, hall=WHOLE, parts=[HALL, OTHER])], by_hour=False
    )
    assert {space for space, _ in table.days} == {HALL}
    assert table.spaces(WHOLE) == [HALL, OTHER]
    assert table.spaces(UUID(int=9)) == [UUID(int=9)]


def test_a_period_is_as_long_as_it_may_be() -> None:
    def asked(days: int) -> NoShowsQuery:
        first = date(2026, 1, 1)
        return NoShowsQuery.model_validate({"from": first, "to": first + timedelta(days=days)})

    check_period(asked(1))
    check_period(asked(MAX_DAYS))
    with pytest.raises(RuleViolationError):
        check_period(asked(MAX_DAYS + 1))
