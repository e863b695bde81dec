"""What goes back, by the terms that a booking was sold under."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bookings.domain.booking import Order, changed, hold, move
from booking.bookings.domain.cancellation import preview, refund, refund_percent
from booking.bookings.domain.changes import change_preview, move_violations, refund_after
from booking.bookings.errors import InvalidTransitionError
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.policy import Policy, RefundTier
from shared_schemas.booking.prices import Price
from shared_schemas.common import Money
from shared_schemas.visits.status import BookingStatus
from tests.support.booking.made import NOW, hall

TIERS = [RefundTier(hours_before=24, percent=50), RefundTier(hours_before=72, percent=100)]
HOUR = timedelta(hours=1)


def booking(start: datetime, paid: int = 100_000, total: int = 200_000, **policy: object) -> Booking:
    slot = TimeRange(start, start + 2 * HOUR)
    price = Price(lines=[], total=Money(amount=total), prepayment=Money(amount=total // 2), tariff_version=1)
    held = hold(
        [hall(unused_minutes=5)], slot, 2, price, Order(customer_id=uuid4(), now=NOW, minutes=15, flow_id="f",
        terms=Policy.model_validate({"refund_tiers": TIERS} | policy)),
    )  # fmt: skip
    return move(held, "confirmed", paid=Money(amount=paid))


@pytest.mark.parametrize(
    ("ahead", "percent"),
    [
        (timedelta(hours=100), 100),
        (timedelta(hours=72), 100),
        (timedelta(hours=72) - timedelta(seconds=1), 50),
        (timedelta(hours=24), 50),
        (timedelta(hours=24) - timedelta(seconds=1), 0),
        (timedelta(0), 0),
        (-HOUR, 0),
    ],
)
def test_a_tier_counts_up_to_and_with_its_boundary(ahead: timedelta, percent: int) -> None:
    assert refund_percent(booking(NOW + ahead), NOW) == percent


def test_the_preview_says_what_comes_back_and_until_when() -> None:
    start = NOW + timedelta(hours=80)
    shown = preview(booking(start), NOW)

    assert (shown.percent, shown.refund.amount, shown.kept.amount) == (100, 100_000, 0)
    assert shown.until == start - timedelta(hours=72)
    assert [tier.hours_before for tier in shown.tiers] == [72, 24]
    assert preview(booking(NOW), NOW).until is None


def test_tiers_are_hours_and_not_wall_clocks() -> None:
    # 72 hours before noon on Monday, Berlin: the clock went forward on Sunday.
    start = datetime(2026, 3, 30, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    boundary = start.astimezone(UTC) - timedelta(hours=72)

    assert refund_percent(booking(start), boundary) == 100
    assert refund_percent(booking(start), boundary + timedelta(seconds=1)) == 50
    assert preview(booking(start), boundary).until == boundary


@given(amount=st.integers(0, 10**9), percent=st.integers(0, 100))
def test_a_refund_is_never_more_than_was_paid_nor_a_kopeck_too_little(amount: int, percent: int) -> None:
    back = refund(amount, percent)

    assert 0 <= back <= amount
    assert back * 100 >= amount * percent > (back - 1) * 100


def back(before: Booking, total: int) -> int:
    return refund_after(before, total, NOW)["refund_due"].amount


def test_a_smaller_visit_is_a_cancelled_part() -> None:
    confirmed = booking(NOW + timedelta(hours=48), paid=200_000)

    assert back(confirmed, 120_000) == 40_000
    assert back(confirmed, 250_000) == 0
    again = changed(confirmed, refund_due=Money(amount=40_000), total=Money(amount=120_000))
    assert back(again, 100_000) == 40_000 + 30_000


def test_moving_is_allowed_until_its_hour_and_as_often_as_agreed() -> None:
    confirmed = booking(NOW + timedelta(hours=48))

    assert move_violations(confirmed, NOW) == []
    assert [v.code for v in move_violations(confirmed, NOW + timedelta(seconds=1))] == ["reschedule_too_late"]
    moved = changed(confirmed, reschedules=1)
    assert [(v.code, v.params) for v in move_violations(moved, NOW)] == [("no_reschedules_left", {"max": 1})]


def test_an_unpaid_hold_moves_freely() -> None:
    confirmed = booking(NOW + HOUR)
    pending = confirmed.model_copy(update={"status": "pending", "reschedules": 5})

    assert move_violations(pending, NOW) == []


def test_a_change_shows_what_is_due_beyond_what_is_paid() -> None:
    before = booking(NOW + timedelta(hours=100))
    shown = change_preview(before, changed(before, total=Money(amount=260_000)))

    assert (shown.difference.amount, shown.due.amount) == (60_000, 160_000)


def test_the_hall_is_to_be_left_before_the_billed_time_is_over() -> None:
    made = booking(NOW + HOUR)

    assert made.end - made.usable_until == timedelta(minutes=5)


ALLOWED = {
    "pending": {"confirmed", "cancelled", "expired"},
    "expired": {"confirmed"},
    "confirmed": {"in_progress", "completed", "no_show", "cancelled"},
    "in_progress": {"completed"},
}
STATES: list[BookingStatus] = [
    "pending", "confirmed", "in_progress", "completed", "no_show", "cancelled", "expired",
]  # fmt: skip


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("target", STATES)
def test_the_state_machine(before: BookingStatus, target: BookingStatus) -> None:
    standing = booking(NOW).model_copy(update={"status": before})

    if target in ALLOWED.get(before, set()):
        after = move(standing, target)
        assert (after.status, after.version, after.hold_expires_at) == (target, standing.version + 1, None)
    else:
        with pytest.raises(InvalidTransitionError):
            move(standing, target)


@pytest.mark.parametrize(
    ("paid", "refund_due", "state"),
    [(0, 0, "unpaid"), (1, 0, "partial"), (200_000, 0, "paid"), (200_000, 1, "refund_pending")],
)
def test_the_payment_state_follows_from_the_sums(paid: int, refund_due: int, state: str) -> None:
    shown = changed(booking(NOW), paid=Money(amount=paid), refund_due=Money(amount=refund_due))

    assert shown.payment_state == state
