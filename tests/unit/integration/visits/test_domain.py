"""What events say of visits: the same in any order, to the minute and to the kopeck."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.visits.domain import LARGEST_WHOLE, Visit, folded, movement_of, restated, visit_of
from tests.support.booking.made import NOW
from tests.support.integration.reports import BERLIN, HALL, MONDAY, OTHER, paid, refunded, tariff, told, utc

BOOKING = UUID(int=7)
HOUR = timedelta(hours=1)
STORY = [
    told("booking.created", BOOKING, 1, NOW),
    told("booking.confirmed", BOOKING, 3, NOW + HOUR, status="confirmed"),
    told("booking.rescheduled", BOOKING, 4, NOW + 2 * HOUR, status="confirmed", start=MONDAY + 30 * HOUR),
    told("booking.cancelled", BOOKING, 6, NOW + 3 * HOUR, status="cancelled", start=MONDAY + 30 * HOUR),
]

UNDONE = told("booking.reinstated", BOOKING, 5, NOW + 3 * HOUR, status="confirmed", undone="cancelled")


def visit(**changes: object) -> Visit:
    found = visit_of(told("booking.confirmed", BOOKING, 2, NOW, **{"status": "confirmed"} | changes))
    assert found
    return found


def stretches(visit: Visit) -> list[tuple[date, int, int]]:
    return [(time.day, time.from_minute, time.to_minute) for time in visit.times]


@given(st.permutations(STORY * 2))
def test_any_order_and_any_repetition_say_the_same(events: list[object]) -> None:
    found = folded([v for v in map(visit_of, events) if v])  # type: ignore[arg-type]
    assert found
    assert (found.version, found.status, found.times) == (6, "cancelled", ())
    assert (found.created_at, found.confirmed_at, found.cancelled_at) == (NOW, NOW + HOUR, NOW + 3 * HOUR)
    assert found.local_start.isoformat() == "2026-12-01T06:00:00"


@given(st.permutations([*STORY[:2], told("booking.cancelled", BOOKING, 4, NOW + 2 * HOUR, status="cancelled"), UNDONE]))
def test_a_slip_undone_leaves_the_visit_as_it_was(events: list[object]) -> None:
    found = folded([v for v in map(visit_of, events) if v])  # type: ignore[arg-type]
    assert found
    assert (found.version, found.status, found.times) == (5, "confirmed", visit().times)
    # When it was called off first is known for ever.
    assert found.cancelled_at == NOW + 2 * HOUR


@pytest.mark.parametrize("status", ["pending", "cancelled", "expired"])
def test_time_that_is_not_sold_is_not_counted(status: str) -> None:
    assert visit(status=status).times == ()


@pytest.mark.parametrize("status", ["confirmed", "in_progress", "completed", "no_show"])
def test_time_that_was_sold_is_counted_also_where_nobody_came(status: str) -> None:
    assert stretches(visit(status=status)) == [(date(2026, 11, 30), 600, 720)]


def test_a_visit_over_midnight_is_split_and_each_hall_has_its_own() -> None:
    late = visit(start=MONDAY + 23 * HOUR, end=MONDAY + 25.5 * HOUR, also_hall_ids=[OTHER])
    assert stretches(late) == [(date(2026, 11, 30), 1380, 1440), (date(2026, 12, 1), 0, 90)] * 2
    assert [time.hall_id for time in late.times] == [HALL, HALL, OTHER, OTHER]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # Two o'clock is skipped: three real hours from one to five.
        (utc(2026, 3, 29, 0), [(60, 120), (180, 300)]),
        # Two o'clock comes twice: three real hours from one to three.
        (utc(2026, 10, 24, 23), [(60, 180), (120, 180)]),
    ],
)
def test_minutes_are_real_where_clocks_change(start: datetime, expected: list[tuple[int, int]]) -> None:
    over = visit(start=start, end=start + 3 * HOUR, timezone=BERLIN.key)
    assert [(begins, ends) for _, begins, ends in stretches(over)] == expected
    assert sum(ends - begins for begins, ends in expected) == 180


@given(st.integers(0, 96 * 400), st.integers(1, 96), st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "Asia/Gaza"]))
def test_each_quarter_of_an_hour_is_counted_where_its_clock_stands(first: int, length: int, zone: str) -> None:
    cells = [utc(2026, 1, 1) + timedelta(minutes=15) * (first + n) for n in range(length)]
    local = sorted(c.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for c in cells)
    midnight = datetime.min.time()
    found = stretches(visit(start=cells[0], end=cells[-1] + timedelta(minutes=15), timezone=zone))
    assert local == sorted(
        datetime.combine(day, midnight) + timedelta(minutes=minute)
        for day, begins, ends in found
        for minute in range(begins, ends, 15)
    )


@given(st.lists(st.tuples(st.integers(0, 10**11), st.integers(0, 600)), max_size=5), st.integers(-(10**12), 10**12))
def test_shares_of_money_add_up_to_the_kopeck_within_64_bits(sold: list[tuple[int, int]], amount: int) -> None:
    shares = visit(tariffs=[tariff(str(n), *one) for n, one in enumerate(sold)]).shares
    # As the database divides: toward zero.
    sign = -1 if amount < 0 else 1
    parts = [sign * (abs(amount) * s.ends // s.whole - abs(amount) * s.begins // s.whole) for s in shares]
    assert sum(parts) == amount
    assert all(s.whole <= LARGEST_WHOLE + 5 and 10**12 * s.whole < 2**63 for s in shares)
    assert len(shares) == max(len(sold), 1)


def test_shares_follow_amounts_then_time_then_halls() -> None:
    def wholes(**changes: object) -> list[tuple[int, int, int]]:
        return [(s.begins, s.ends, s.whole) for s in visit(**changes).shares]

    assert wholes(tariffs=[tariff("a", 100), tariff("b", 300)]) == [(0, 100, 400), (100, 400, 400)]
    assert wholes(tariffs=[tariff("a", 0, 60), tariff("b", 0, 30)]) == [(0, 60, 90), (60, 90, 90)]
    assert wholes(also_hall_ids=[OTHER]) == [(0, 1, 2), (1, 2, 2)]


def test_money_comes_and_goes_back() -> None:
    payment = paid(BOOKING, 500, NOW, "tkassa", "full")
    back = movement_of(refunded(payment, 200, NOW + HOUR))
    came = movement_of(payment)
    assert came and back
    assert (came.amount, came.provider, came.purpose, came.id) == (500, "tkassa", "full", came.payment_id)
    assert (back.amount, back.payment_id, back.at) == (-200, came.id, NOW + HOUR)
    assert back.id != came.id
    assert movement_of(STORY[0]) is None and visit_of(payment) is None
    assert movement_of(refunded(payment, 500, NOW + HOUR, counted=False)) is None


def test_a_log_that_is_behind_or_forgot_the_beginning_undoes_nothing() -> None:
    whole = folded([v for v in map(visit_of, STORY) if v])
    early = folded([v for v in map(visit_of, STORY[:1]) if v])
    late = folded([v for v in map(visit_of, STORY[3:]) if v])
    assert whole and early and late
    assert restated(whole, early) == whole == restated(whole, late)
    assert restated(None, whole) == whole == restated(early, whole)
    forged = visit(people=99, booking_version=6)
    assert restated(forged, whole).people == 2
    assert restated(forged, whole).created_at == NOW


def test_half_a_story_adds_what_is_new_and_restates_nothing() -> None:
    known = folded([v for v in map(visit_of, STORY[:3]) if v])
    again = visit_of(told("booking.confirmed", BOOKING, 4, NOW + 9 * HOUR, status="confirmed", people=9))
    newer = visit_of(told("booking.completed", BOOKING, 5, NOW + 10 * HOUR, status="completed", people=9))
    assert known and again and newer
    assert restated(known, again) == known
    after = restated(known, newer)
    assert (after.version, after.people, after.completed_at) == (5, 9, NOW + 10 * HOUR)
    assert (after.created_at, after.confirmed_at) == (NOW, NOW + HOUR)


def test_what_is_none_of_its_business_is_left_alone() -> None:
    offered = told("waitlist.offered", BOOKING, 1, NOW, waitlist_id=uuid4())
    assert visit_of(offered) is None


def test_of_two_tellings_of_one_moment_the_earlier_counts() -> None:
    early, late = (visit_of(told("booking.confirmed", BOOKING, n, NOW + n * HOUR, status="confirmed")) for n in (2, 5))
    assert early and late
    assert [folded(pair).confirmed_at for pair in ([early, late], [late, early])] == [NOW + 2 * HOUR] * 2  # type: ignore[union-attr]
