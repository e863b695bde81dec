"""Quarters of an hour as bits say the same as the quarters one by one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from booking.time.cells import CELL_SECONDS, Cells, places, runs, shifted, stretches
from booking.time.ranges import TimeRange

START = datetime(2026, 12, 2, tzinfo=UTC)
BITS = st.integers(0, 2**70)


def span(begins: int, ends: int) -> TimeRange:
    """In minutes."""
    return TimeRange(START + timedelta(minutes=begins), START + timedelta(minutes=ends))


@given(bits=BITS)
def test_the_places_of_the_ones_are_in_their_runs(bits: int) -> None:
    found = [place for place in range(bits.bit_length()) if bits >> place & 1]

    assert list(places(bits)) == found
    assert [place for begins, ends in runs(bits) for place in range(begins, ends)] == found
    gaps = list(runs(bits))
    assert all(one[1] < other[0] for one, other in pairwise(gaps))


@given(bits=BITS, length=st.integers(1, 20))
def test_a_stretch_begins_where_so_many_ones_follow(bits: int, length: int) -> None:
    wanted = (1 << length) - 1

    expected = [place for place in range(bits.bit_length()) if bits >> place & wanted == wanted]
    assert list(places(stretches(bits, length))) == expected


@given(bits=BITS, count=st.integers(-20, 20))
def test_bits_are_shifted_both_ways(bits: int, count: int) -> None:
    assert list(places(shifted(bits, count))) == [place - count for place in places(bits) if place >= count]


@given(spans=st.lists(st.tuples(st.integers(-300, 300), st.integers(0, 200)), max_size=5))
def test_only_whole_quarters_are_among_the_cells_of_ranges(spans: list[tuple[int, int]]) -> None:
    ranges = [span(begins, begins + length) for begins, length in spans]

    found = Cells.of(ranges)

    first = int(START.timestamp()) // CELL_SECONDS
    for place in range(-25, 40):
        inside = any(one.contains(span(15 * place, 15 * place + 15)) for one in ranges)
        assert found.holds(first + place, first + place + 1) == bool(found.since(first + place) & 1) == inside


def test_time_of_several_quarters_is_held_whole() -> None:
    held = Cells.of([span(15, 60)])
    first = int(START.timestamp()) // CELL_SECONDS

    assert held.holds(first + 1, first + 4)
    assert not held.holds(first, first + 4) and not held.holds(first + 1, first + 5)
    assert not Cells.of([]).holds(first, first + 1)
