"""Arithmetic of half-open ranges."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from booking.time.ranges import TimeRange, intersect, merge

EPOCH = datetime(2026, 12, 1, tzinfo=UTC)


@st.composite
def ranges(draw: st.DrawFn) -> TimeRange:
    start = draw(st.integers(0, 96))
    return TimeRange(
        EPOCH + timedelta(minutes=15 * start), EPOCH + timedelta(minutes=15 * (start + draw(st.integers(1, 20))))
    )


def cells(found: list[TimeRange]) -> set[datetime]:
    return {cell.start for item in found for cell in item.cells()}


@given(st.lists(ranges()))
def test_merging_keeps_every_cell_and_leaves_gaps(given_ranges: list[TimeRange]) -> None:
    merged = merge(given_ranges)

    assert cells(merged) == cells(given_ranges)
    assert all(left.end < right.start for left, right in itertools.pairwise(merged))


@given(st.lists(ranges()), st.lists(ranges()))
def test_an_intersection_has_the_cells_of_both(left: list[TimeRange], right: list[TimeRange]) -> None:
    assert cells(intersect(merge(left), merge(right))) == cells(left) & cells(right)


def test_a_night_that_changes_the_clock_is_as_long_as_it_lasts() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, autumn = (datetime(2026, month, day, tzinfo=berlin) for month, day in ((3, 29), (10, 25)))

    assert TimeRange(spring, spring + timedelta(hours=6)).duration == timedelta(hours=5)
    assert TimeRange(autumn, autumn + timedelta(hours=6)).duration == timedelta(hours=7)
