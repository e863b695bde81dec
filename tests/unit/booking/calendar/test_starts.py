"""The judge decides about many starts at once as the same rules, in plain words, do about each of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendar.judge import broken_rules
from booking.calendar.starts import nearest_starts
from booking.calendar.timetable import timetable
from booking.hours.domain import StudioDays
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange, subtract
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule
from shared_schemas.visits.purposes import VisitPurpose
from tests.support.booking.free_days import PlainJudge, availability_day, possible_starts
from tests.support.booking.made import hall, hours

# Two days after the first one, clocks are changed in one of the zones: by half an hour on Lord Howe Island.
FIRST_DAYS = st.sampled_from([date(2026, 3, 27), date(2026, 4, 3), date(2026, 10, 2), date(2026, 10, 23)])
ZONES = st.sampled_from(["Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
QUARTER = timedelta(minutes=15)
NIGHT, MORNING, AFTERNOON = (time(18, 15), time(3)), (time(9), time(12)), (time(13), time(20))
OPEN = st.sampled_from(
    [[(time(0), time(0))], [(time(9), time(22))], [NIGHT], [(time(0, 30), time(4, 45))], [MORNING, AFTERNOON]]
)


@st.composite
def halls(draw: st.DrawFn) -> Hall:
    return hall(
        timezone=draw(ZONES),
        opening_hours=[each for opens, closes in draw(OPEN) for each in hours(opens, closes)],
        start_step_minutes=draw(st.sampled_from([15, 30, 60])),
        buffer_before_minutes=draw(st.sampled_from([0, 15, 30, 240])),
        buffer_after_minutes=draw(st.sampled_from([0, 15])),
        min_gap_minutes=draw(st.sampled_from([0, 30, 60, 240])),
        notice_minutes=draw(st.sampled_from([0, 100, 2 * 24 * 60])),
        horizon_days=draw(st.sampled_from([1, 3, 365])),
        min_minutes=draw(st.sampled_from([15, 60])),
        purpose_limits=[{"purpose": "event", "capacity": draw(st.sampled_from([0, 1, 9]))}],
    )


@st.composite
def rules(draw: st.DrawFn) -> list[TermsRule]:
    """How short visits may be, on some days, for some purposes, or how soon."""
    season = draw(st.sampled_from([{}, {"first_day": date(2026, 4, 4)}, {"last_day": date(2026, 10, 3)}]))
    days = draw(st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True))
    hours = draw(st.sampled_from([{}, {"from_hours_before": 30}, {"under_hours_before": 7}]))
    purposes = draw(st.sampled_from([None, ["photo"], ["event"]]))
    shortest = draw(st.sampled_from([15, 60, 120, 600]))
    made = TermsRule.model_validate(
        {"name": "it", "min_minutes": shortest, "weekdays": days, "purposes": purposes, **season, **hours}
    )
    return [made, *draw(st.just([]) | rules())]


def slots(window: TimeRange, minutes: int) -> list[TimeRange]:
    length, count = timedelta(minutes=minutes), (window.end - window.start) // QUARTER
    return [TimeRange(start, start + length) for start in (window.start + QUARTER * place for place in range(count))]


@settings(max_examples=150)
@given(
    where=halls(),
    first=FIRST_DAYS,
    busy=st.lists(st.tuples(st.integers(-100, 500), st.integers(1, 40), st.integers(0, 14)), max_size=8),
    minutes=st.sampled_from([15, 60, 75, 120, 600, 1440]),
    people=st.sampled_from([1, 8, 9]),
    passed=st.integers(-400, 400),
    studio=st.just([]) | rules(),
    purpose=st.sampled_from(["photo", "event"]),
)
def test_every_start_is_judged_as_the_rules_say(
    where: Hall,
    first: date,
    busy: list[tuple[int, int, int]],
    minutes: int,
    people: int,
    passed: int,
    studio: list[TermsRule],
    purpose: VisitPurpose,
) -> None:
    zone, last = ZoneInfo(where.timezone), first + 3 * DAY
    window = TimeRange(local_midnight(first, zone), local_midnight(first + 4 * DAY, zone))
    taken = [
        # Of times of other calendars that are not on the grid, whole quarters of an hour are taken.
        TimeRange(window.start + QUARTER * begin, window.start + QUARTER * (begin + length) + timedelta(minutes=odd))
        for begin, length, odd in busy
    ]
    free = subtract([TimeRange(window.start - 3 * DAY, window.end + 3 * DAY)], taken)
    table = timetable(where, StudioDays(), free, first, last, studio, purpose)
    plain = PlainJudge(where, StudioDays(), free, first, last, studio, purpose)
    now = window.start + QUARTER * passed + timedelta(minutes=7)

    found = possible_starts(table, window, minutes * 60, people, now.timestamp())
    days = [availability_day(table, first + DAY * n, timedelta(minutes=minutes), people, now, True) for n in range(4)]

    told = {slot.start: plain.broken(slot, people, now) for slot in slots(window, minutes)}
    assert found == [int(start.timestamp()) for start, codes in told.items() if not codes]
    assert {one.start: one.codes for day in days for one in day.closed or ()} == {at: c for at, c in told.items() if c}
    assert [start for day in days for start in day.starts] == [at for at, codes in told.items() if not codes]
    for slot in slots(window, minutes)[::7]:
        begins, ends = int(slot.start.timestamp()), int(slot.end.timestamp())
        assert broken_rules(table, begins, ends, people, None) == plain.broken(slot, people, None)
    wanted = window.start + QUARTER * 150
    allowed = [start for start, codes in told.items() if not codes and abs(start - wanted) <= DAY]
    near = nearest_starts(table, TimeRange(wanted, wanted + timedelta(minutes=minutes)), people, now, DAY)
    assert list(near) == sorted(allowed, key=lambda start: (abs(start - wanted), start))


def starts_of(where: Hall, window: TimeRange, taken: list[TimeRange], minutes: int) -> list[datetime]:
    """In a window of whole days, long before it."""
    zone = ZoneInfo(where.timezone)
    first, last = window.start.astimezone(zone).date(), window.end.astimezone(zone).date() - DAY
    free = subtract([TimeRange(window.start - 3 * DAY, window.end + 3 * DAY)], taken)
    table, now = timetable(where, StudioDays(), free, first, last), (window.start - DAY).timestamp()
    found = possible_starts(table, window, minutes * 60, 1, now)
    return [datetime.fromtimestamp(start, zone) for start in found]


def test_a_gap_is_filled_from_a_quarter_past() -> None:
    where = hall(start_step_minutes=60, min_gap_minutes=60, opening_hours=hours(time(9), time(22)))
    midnight = local_midnight(date(2026, 12, 2), ZoneInfo(where.timezone))
    taken = [
        TimeRange(midnight, midnight + timedelta(hours=10, minutes=15)),
        TimeRange(midnight + timedelta(hours=11, minutes=15), midnight + DAY),
    ]

    (start,) = starts_of(where, TimeRange(midnight, midnight + DAY), taken, 60)

    assert start.time() == time(10, 15)


def test_a_gap_is_filled_from_the_opening_where_the_buffer_lies_before_it() -> None:
    where = hall(
        start_step_minutes=30,
        min_gap_minutes=30,
        buffer_before_minutes=15,
        buffer_after_minutes=15,
        opening_hours=hours(time(18, 15), time(3)),
    )
    midnight = local_midnight(date(2026, 12, 2), ZoneInfo(where.timezone))
    taken = [TimeRange(midnight + timedelta(hours=20, minutes=30), midnight + DAY)]

    (start,) = starts_of(where, TimeRange(midnight + timedelta(hours=12), midnight + DAY), taken, 120)

    assert start.time() == time(18, 15)


def test_a_clock_that_is_changed_by_half_an_hour_goes_on_showing_full_hours() -> None:
    where = hall(timezone="Australia/Lord_Howe", start_step_minutes=60, opening_hours=hours(time(0), time(0)))
    zone = ZoneInfo(where.timezone)
    window = TimeRange(local_midnight(date(2026, 4, 4), zone), local_midnight(date(2026, 4, 7), zone))

    starts = starts_of(where, window, [], 60)

    assert {start.minute for start in starts} == {0}
    assert len(starts) == 3 * 24
