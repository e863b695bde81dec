"""Groups of bookings on a real database: all of them or none, or what is free."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.bookings.errors import BookingNotFoundError, InvalidTransitionError
from booking.customers.errors import RulesNotAcceptedError
from booking.errors import OverrideNotAllowedError
from booking.groups.errors import (
    BookingGroupNotFoundError,
    GroupOverError,
    VisitsRefusedError,
    VisitsTakenError,
)
from booking.groups.service import Groups
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.extras import AddOnOrder, AddOnRequest
from shared_schemas.booking.groups import BookingGroup, GroupCancelRequest, GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.calendar import Recurrence
from shared_schemas.common import Money, Role
from shared_schemas.errors import RuleViolationError
from tests.support.booking.studio import MANAGER, START, Studio

WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
WEEKLY = Recurrence(rule="FREQ=WEEKLY;COUNT=4")
STRANGER = Identity(str(uuid4()), Role.CLIENT)
pytestmark = pytest.mark.usefixtures("default_policy")


@pytest.fixture
def groups(studio: Studio) -> Groups:
    return studio.app.groups


def visit(hall: Hall, start: datetime = START, hours: int = 2, **changes: Any) -> GroupItem:
    return GroupItem.model_validate({"hall_id": hall.id, "start": start, "end": start + HOUR * hours} | changes)


def series(studio: Studio, groups: Groups, hall: Hall, **changes: Any) -> BookingGroup:
    request = GroupRequest.model_validate({"items": [visit(hall)], "recurrence": WEEKLY} | changes)
    return groups.create(request, studio.customer, None)


def starts(group: BookingGroup) -> list[datetime]:
    return [booking.start for booking in group.bookings]


def test_a_series_is_booked_visit_by_visit(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()

    group = series(studio, groups, hall, comment="Every Wednesday")

    assert starts(group) == [START + WEEK * number for number in range(4)]
    assert {booking.group_id for booking in group.bookings} == {group.id}
    assert {(booking.status, booking.comment) for booking in group.bookings} == {("pending", "Every Wednesday")}
    assert (group.total.amount, group.prepayment.amount) == (4 * 400_000, 4 * 200_000)
    assert studio.events().count("booking.created") == 4
    assert groups.get(group.id, studio.customer) == group
    assert studio.claims(hall) == 4


def test_several_halls_and_times_are_one_group(studio: Studio, groups: Groups) -> None:
    left, right = studio.hall(), studio.hall()
    items = [visit(left), visit(right), visit(left, START + 4 * HOUR, also_hall_ids=[right.id])]

    group = groups.create(GroupRequest(items=items), studio.customer, None)

    assert [booking.hall_id for booking in group.bookings[:2]] in ([left.id, right.id], [right.id, left.id])
    assert (studio.claims(left), studio.claims(right)) == (2, 2)


def test_one_taken_visit_refuses_them_all(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    studio.book(hall, START + WEEK)

    with pytest.raises(VisitsTakenError) as refused:
        series(studio, groups, hall)

    assert [visit["start"] for visit in refused.value.params["visits"]] == [(START + WEEK).isoformat()]  # type: ignore[attr-defined]
    assert studio.claims(hall) == 1
    assert studio.events() == ["booking.created"]


def test_every_visit_that_cannot_be_had_is_listed_with_its_reasons(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    studio.book(hall)
    items = [visit(hall), visit(hall, START + WEEK, people=99), visit(hall, START + 2 * WEEK)]

    with pytest.raises(VisitsRefusedError) as refused:
        groups.create(GroupRequest(items=items), studio.customer, None)

    assert refused.value.params["count"] == 2
    assert [(v.field, v.code) for v in refused.value.violations] == [
        ("visits.0", "slot_taken"), ("visits.1.people", "too_many_people"),
    ]  # fmt: skip
    assert studio.claims(hall) == 1


def test_visits_of_a_group_do_not_overlap_each_other(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()

    with pytest.raises(VisitsTakenError):
        groups.create(GroupRequest(items=[visit(hall), visit(hall, START + HOUR)]), studio.customer, None)

    assert studio.claims(hall) == 0


def test_the_free_visits_are_booked_where_asked(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    studio.book(hall, START + WEEK)

    group = series(studio, groups, hall, mode="free")

    assert starts(group) == [START, START + 2 * WEEK, START + 3 * WEEK]
    assert [(skipped.start, skipped.codes) for skipped in group.skipped] == [(START + WEEK, ["slot_taken"])]
    assert studio.events().count("booking.created") == 4


def test_a_visit_that_fails_half_way_leaves_nothing(studio: Studio, groups: Groups) -> None:
    lamp = studio.app.extras.add_add_on(
        AddOnRequest(name=f"Lamp {uuid4()}", unit="booking", price=Money(amount=400), stock=1), None
    )
    left, right = studio.hall(), studio.hall()
    items = [visit(hall, add_ons=[AddOnOrder(id=lamp.id)]) for hall in (left, right)]

    group = groups.create(GroupRequest(items=items, mode="free"), studio.customer, None)

    assert [skipped.codes for skipped in group.skipped] == [["add_on_out_of_stock"]]
    assert studio.claims(left) + studio.claims(right) == 1
    assert studio.events() == ["booking.created"]


def test_nothing_free_is_no_group(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    studio.book(hall)

    with pytest.raises(VisitsTakenError):
        groups.create(GroupRequest(items=[visit(hall)], mode="free"), studio.customer, None)


def test_what_concerns_the_customer_concerns_all_visits(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    studio.policies.replace(PolicyRequest(rules_version="1"), MANAGER)

    with pytest.raises(RulesNotAcceptedError):
        series(studio, groups, hall, mode="free")
    with pytest.raises(OverrideNotAllowedError):
        series(studio, groups, hall, override_reason="Because")


def test_a_repeated_request_books_once(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    key = IdempotencyKey(studio.customer.subject, "POST /v1/booking-groups", str(uuid4()), "same")
    request = GroupRequest(items=[visit(hall)], recurrence=WEEKLY)

    made = [groups.create(request, studio.customer, key) for _ in range(2)]

    assert made[0] == made[1]
    assert studio.claims(hall) == 4


@pytest.mark.parametrize(("zone", "day"), [("Europe/Berlin", 17), ("America/New_York", 3)])
def test_a_series_over_the_change_of_the_clock(studio: Studio, groups: Groups, zone: str, day: int) -> None:
    hall = studio.hall(timezone=zone, country=None)
    start = datetime(2027, 3, day, 10, tzinfo=ZoneInfo(zone))

    group = series(studio, groups, hall, items=[visit(hall, start)])
    moved = groups.shift(group.id, GroupShiftRequest(minutes=7 * 24 * 60 + 60), studio.customer, None)

    assert [booking.start.hour for booking in group.bookings] == [10] * 4
    assert [booking.start.hour for booking in moved.bookings] == [11] * 4
    assert len({booking.start.utcoffset() for booking in group.bookings}) == 2
    assert {booking.end - booking.start for booking in moved.bookings} == {2 * HOUR}


def test_strangers_see_no_group(studio: Studio, groups: Groups) -> None:
    group = series(studio, groups, studio.hall())

    for unknown, who in ((group.id, STRANGER), (uuid4(), studio.customer)):
        with pytest.raises(BookingGroupNotFoundError):
            groups.get(unknown, who)
        with pytest.raises(BookingGroupNotFoundError):
            groups.cancel(unknown, GroupCancelRequest(), who, None)
    assert groups.get(group.id, MANAGER) == group


def test_a_whole_group_is_called_off(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    key = IdempotencyKey(studio.customer.subject, "POST /cancel", str(uuid4()), "same")

    left = groups.cancel(group.id, GroupCancelRequest(reason="Moving away"), studio.customer, key)

    assert {booking.status for booking in left.bookings} == {"cancelled"}
    assert left.total.amount == 0
    assert studio.claims(hall) == 0
    assert groups.cancel(group.id, GroupCancelRequest(reason="Moving away"), studio.customer, key) == left
    with pytest.raises(GroupOverError):
        groups.cancel(group.id, GroupCancelRequest(), studio.customer, None)


def test_a_part_of_a_group_is_called_off(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    second = group.bookings[1].id

    left = groups.cancel(group.id, GroupCancelRequest(booking_ids=[second]), studio.customer, None)

    assert [booking.status for booking in left.bookings] == ["pending", "cancelled", "pending", "pending"]
    assert left.total.amount == 3 * 400_000
    for wrong, error in ((second, InvalidTransitionError), (UUID(int=0), BookingNotFoundError)):
        with pytest.raises(error):
            request = GroupCancelRequest(booking_ids=[group.bookings[0].id, wrong])
            groups.cancel(group.id, request, studio.customer, None)
    assert studio.claims(hall) == 3


def test_a_called_off_group_makes_room_for_who_waits(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    for number in (0, 2):
        start = START + WEEK * number
        wish = WaitlistRequest(hall_id=hall.id, start=start, end=start + 2 * HOUR)
        studio.waitlist.join(wish, STRANGER, None)

    groups.cancel(group.id, GroupCancelRequest(), studio.customer, None)

    assert studio.claims(hall) == 2
    assert studio.events().count("waitlist.offered") == 2


def test_a_group_moves_onto_its_own_places(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    for minutes, first in ((60, START + HOUR), (7 * 24 * 60, START + HOUR + WEEK), (-7 * 24 * 60, START + HOUR)):
        moved = groups.shift(group.id, GroupShiftRequest(minutes=minutes), studio.customer, None)
        assert starts(moved) == [first + WEEK * number for number in range(4)]
    assert studio.claims(hall) == 4
    assert studio.events().count("booking.rescheduled") == 12


def test_a_moving_group_gives_nobody_what_it_still_needs(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    for number in (0, 3):
        start = START + WEEK * number
        wish = WaitlistRequest(hall_id=hall.id, start=start, end=start + 2 * HOUR)
        studio.waitlist.join(wish, studio.customer, None)

    groups.shift(group.id, GroupShiftRequest(minutes=7 * 24 * 60), studio.customer, None)

    entries = studio.waitlist.page(WaitlistQuery(), studio.customer).data
    assert {entry.start: entry.status for entry in entries} == {START: "offered", START + 3 * WEEK: "waiting"}


def test_a_group_moves_as_a_whole_or_not_at_all(studio: Studio, groups: Groups) -> None:
    hall = studio.hall()
    group = series(studio, groups, hall)
    studio.book(hall, START + WEEK + 2 * HOUR, caller=STRANGER)

    with pytest.raises(VisitsTakenError) as refused:
        groups.shift(group.id, GroupShiftRequest(minutes=60), studio.customer, None)
    assert [visit["start"] for visit in refused.value.params["visits"]] == [(START + WEEK + HOUR).isoformat()]  # type: ignore[attr-defined]
    assert groups.get(group.id, studio.customer) == group

    others = [booking.id for number, booking in enumerate(group.bookings) if number != 1]
    moved = groups.shift(group.id, GroupShiftRequest(minutes=60, booking_ids=others), studio.customer, None)
    assert [start.hour for start in starts(moved)] == [13, 12, 13, 13]


def test_terms_hold_for_every_visit_that_moves(studio: Studio, groups: Groups) -> None:
    group = series(studio, groups, studio.hall())
    studio.pay(group.bookings[0], uuid4())
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR - 24)

    with pytest.raises(VisitsRefusedError) as refused:
        groups.shift(group.id, GroupShiftRequest(minutes=60), studio.customer, None)

    assert {violation.code for violation in refused.value.violations} >= {"reschedule_too_late"}


def test_no_shift_is_none(studio: Studio, groups: Groups) -> None:
    group = series(studio, groups, studio.hall())

    with pytest.raises(RuleViolationError):
        groups.shift(group.id, GroupShiftRequest(minutes=0), studio.customer, None)
