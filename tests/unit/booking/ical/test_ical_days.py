"""What a repetition rule names, beside what python-dateutil says where it comes to an end."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrule, rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.ical.rules import Effort, parsed

FIRST = datetime(2026, 1, 29, 10, 30)  # noqa: DTZ001 - local by intent
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def numbers(low: int, high: int, size: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=size, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


def some(*frequencies: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Rules of a frequency with any of the parts."""

    def text(drawn: tuple[str, int, dict[str, str]]) -> str:
        frequency, interval, chosen = drawn
        if "BYSETPOS" in chosen and len(chosen) == 1:
            chosen = {}
        rest = "".join(f";{name}={value}" for name, value in chosen.items())
        return f"FREQ={frequency};INTERVAL={interval}{rest};WKST={DAYS[interval % 7]}"

    optional = st.fixed_dictionaries({}, optional=parts)
    return st.tuples(st.sampled_from(frequencies), st.integers(1, 5), optional).map(text)


plain_days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True).map(",".join)
placed_days = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.sampled_from(DAYS)), min_size=1, max_size=3
).map(lambda found: ",".join(f"{place}{day}" for place, day in found))
RULES = st.one_of(
    some(
        "YEARLY", "MONTHLY", BYMONTH=numbers(1, 12), BYMONTHDAY=numbers(-31, 31), BYDAY=plain_days,
        BYSETPOS=numbers(-3, 3), BYHOUR=numbers(1, 23), BYMINUTE=numbers(1, 59),
    ),
    some("YEARLY", "MONTHLY", BYMONTH=numbers(1, 12), BYDAY=placed_days, BYSETPOS=numbers(-3, 3)),
    some("YEARLY", BYYEARDAY=numbers(-366, 366)),
    some("YEARLY", BYWEEKNO=numbers(-53, 53), BYDAY=plain_days).filter(
        lambda rule: ("BYWEEKNO" in rule) <= ("BYDAY" in rule)
    ),
    some("WEEKLY", BYMONTH=numbers(1, 12), BYDAY=plain_days, BYHOUR=numbers(1, 23)),
    some("DAILY", BYMONTH=numbers(1, 12), BYMONTHDAY=numbers(-31, 31), BYDAY=plain_days, BYHOUR=numbers(1, 23)),
    some("HOURLY", BYMONTH=numbers(1, 12), BYDAY=plain_days, BYMINUTE=numbers(1, 59, 2)),
    some("MINUTELY", BYHOUR=numbers(1, 23), BYDAY=plain_days, BYMONTHDAY=numbers(1, 31)),
)  # fmt: skip


def ours(rule: str, since: datetime, last: datetime, first: datetime = FIRST) -> list[datetime]:
    found = parsed(rule, first)
    assert found is not None
    [one] = found.rules
    return list(islice(one.starts(since, last, Effort(10**9)), 300))


@given(rule=RULES, count=st.none() | st.integers(1, 60), later=st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_starts_are_those_of_dateutil(rule: str, count: int | None, later: int) -> None:
    """Bounded by a COUNT of one more that lies behind, as dateutil would go on to the year 9999 for some."""
    since, last = FIRST + timedelta(days=later), FIRST + timedelta(days=later + 700)
    text = rule + (f";COUNT={count}" if count else "")
    theirs: Any = rrulestr(rule, dtstart=FIRST)
    assert isinstance(theirs, rrule)
    expected: list[datetime] = []
    # A rule that names no day of a few years names none at all here, or one beyond `last`.
    found = ours(text, since, last)
    if not found and not any(ours(rule, FIRST, FIRST + timedelta(days=12 * 366))):
        return
    for number, start in enumerate(theirs):
        if start > last or len(expected) == 300 or (count and number >= count):
            break
        if start >= since:
            expected.append(start)
    assert found == expected


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,1TU;BYMONTH=2", ["2026-02-02", "2026-02-03", "2026-02-09", "2026-02-16", "2026-02-23"]),
        ("FREQ=YEARLY;BYWEEKNO=8", ["2026-02-19"]),
        ("FREQ=DAILY;INTERVAL=1000000000", ["2026-01-29"]),
        ("FREQ=SECONDLY;INTERVAL=86400;COUNT=2", ["2026-01-29", "2026-01-30"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", []),
    ],
)
def test_what_dateutil_reads_otherwise(rule: str, days: list[str]) -> None:
    found = ours(rule, FIRST, datetime(2026, 12, 31))  # noqa: DTZ001 - local by intent
    assert [start.date().isoformat() for start in found] == days


def test_a_series_of_centuries_costs_what_its_window_costs() -> None:
    """A birthday of 1604 is looked for where it is asked for."""
    old = datetime(1604, 2, 29)  # noqa: DTZ001 - local by intent
    found = parsed("FREQ=YEARLY", old)
    assert found is not None
    assert list(found.rules[0].starts(FIRST, FIRST + timedelta(days=1100), Effort(300))) == [datetime(2028, 2, 29)]  # noqa: DTZ001
