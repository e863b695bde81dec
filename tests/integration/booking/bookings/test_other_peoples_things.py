"""What clients may neither see nor do: other people's bookings, and what is staff's to decide, by every door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking.bookings.errors import BookingNotFoundError
from booking.errors import OverrideNotAllowedError
from booking.groups.errors import BookingGroupNotFoundError
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, BookingsQuery
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.groups import GroupCancelRequest, GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START
from tests.support.booking.whole_studio import WholeStudio
from tests.support.database import EngineFor

FAR = START + timedelta(days=14)
HOUR = timedelta(hours=1)
STRANGER = Identity(str(uuid4()), Role.CLIENT)
Door = Callable[[WholeStudio, Booking, Identity, dict[str, Any]], object]


@pytest.fixture
def studio(engine_for: EngineFor) -> WholeStudio:
    return WholeStudio(engine_for("booking"))


def moved(booking: Booking, words: dict[str, Any]) -> RescheduleRequest:
    return RescheduleRequest(start=booking.start + HOUR, end=booking.end + HOUR, **words)


def shift(words: dict[str, Any]) -> GroupShiftRequest:
    return GroupShiftRequest(minutes=60, **words)


# Every door by which one booking is changed, or its change is looked at before.
DOORS: dict[str, Door] = {
    "reschedule": lambda s, b, who, words: s.changes.reschedule(b.id, moved(b, words), who, None),
    "its preview": lambda s, b, who, words: s.changes.preview_reschedule(b.id, moved(b, words), who),
    "extend": lambda s, b, who, words: s.changes.extend(b.id, ExtendRequest(minutes=60, **words), who, None),
    "preview of that": lambda s, b, who, words: s.changes.preview_extend(b.id, ExtendRequest(minutes=60, **words), who),
    "amend": lambda s, b, who, words: s.changes.amend(b.id, AmendRequest(people=2, **words), who, None),
}
# Those that give nothing away but their answer, or change the booking otherwise.
READ: dict[str, Door] = {
    "get": lambda s, b, who, _: s.bookings.get(b.id, who),
    "calendar file": lambda s, b, who, _: s.app.calendar_files.of(b.id, who, "en"),
    "cancellation preview": lambda s, b, who, _: s.bookings.cancellation_preview(b.id, who),
    "cancel": lambda s, b, who, _: s.bookings.cancel(b.id, CancelRequest(), who, None),
}


@pytest.mark.parametrize("door", [*DOORS.values(), *READ.values()], ids=[*DOORS, *READ])
def test_the_token_of_a_booking_opens_every_door_of_that_and_none_of_another(studio: WholeStudio, door: Door) -> None:
    booking, other = studio.paid(studio.hall(), FAR), studio.paid(studio.hall(), FAR)
    guest = Identity(str(booking.customer_id), Role.CLIENT, booking=booking.id)

    with pytest.raises(BookingNotFoundError):
        door(studio, other, guest, {})
    assert studio.bookings.get(other.id, MANAGER) == other, "the same customer's, but not the token's"

    assert door(studio, booking, guest, {})


@pytest.mark.parametrize("door", [*DOORS.values(), *READ.values()], ids=[*DOORS, *READ])
def test_a_strangers_booking_is_not_there(studio: WholeStudio, door: Door) -> None:
    booking = studio.paid(studio.hall(), FAR)

    with pytest.raises(BookingNotFoundError):
        door(studio, booking, STRANGER, {})
    assert studio.bookings.get(booking.id, MANAGER) == booking


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_rules_are_set_aside_by_staff_alone(studio: WholeStudio, door: Door) -> None:
    booking = studio.paid(studio.hall(), FAR)

    with pytest.raises(OverrideNotAllowedError) as refused:
        door(studio, booking, studio.customer, {"override_reason": "please"})
    assert refused.value.params["field"] == "override_reason"
    assert studio.bookings.get(booking.id, MANAGER) == booking
    assert door(studio, booking, MANAGER, {"override_reason": "our fault"})


def test_how_much_goes_back_is_said_by_staff_alone(studio: WholeStudio) -> None:
    booking = studio.paid(studio.hall(), FAR)

    with pytest.raises(OverrideNotAllowedError) as refused:
        studio.bookings.cancel(booking.id, CancelRequest(refund_percent=100), studio.customer, None)
    assert refused.value.params["field"] == "refund_percent"
    assert studio.bookings.get(booking.id, MANAGER) == booking


def group(studio: WholeStudio) -> UUID:
    hall = studio.hall()
    items = [GroupItem(hall_id=hall.id, start=start, end=start + HOUR) for start in (FAR, FAR + 4 * HOUR)]
    return studio.groups.create(GroupRequest(items=items), studio.customer, None).id


def test_a_group_is_shifted_past_the_rules_and_called_off_with_more_by_staff_alone(studio: WholeStudio) -> None:
    group_id = group(studio)
    before = studio.groups.get(group_id, MANAGER)

    with pytest.raises(OverrideNotAllowedError):
        studio.groups.shift(group_id, shift({"override_reason": "please"}), studio.customer, None)
    with pytest.raises(OverrideNotAllowedError):
        studio.groups.cancel(group_id, GroupCancelRequest(refund_percent=100), studio.customer, None)

    assert studio.groups.get(group_id, MANAGER) == before
    assert studio.groups.shift(group_id, shift({"override_reason": "our fault"}), MANAGER, None)
    assert studio.groups.cancel(group_id, GroupCancelRequest(refund_percent=100), MANAGER, None)


@pytest.mark.parametrize("words", [{"override_reason": "please"}, {"customer_id": uuid4()}], ids=["rules", "somebody"])
def test_a_group_is_booked_past_the_rules_and_for_somebody_else_by_staff_alone(
    studio: WholeStudio, words: dict[str, Any]
) -> None:
    hall = studio.hall()
    request = GroupRequest(items=[GroupItem(hall_id=hall.id, start=FAR, end=FAR + HOUR)], **words)

    with pytest.raises(OverrideNotAllowedError) as refused:
        studio.groups.create(request, studio.customer, None)
    assert refused.value.params["field"] in words
    assert studio.claims(hall) == 0
    assert studio.groups.create(request, MANAGER, None).bookings


def test_a_strangers_group_is_not_there(studio: WholeStudio) -> None:
    group_id = group(studio)
    before = studio.groups.get(group_id, MANAGER)

    with pytest.raises(BookingGroupNotFoundError):
        studio.groups.get(group_id, STRANGER)
    with pytest.raises(BookingGroupNotFoundError):
        studio.groups.shift(group_id, shift({}), STRANGER, None)
    with pytest.raises(BookingGroupNotFoundError):
        studio.groups.cancel(group_id, GroupCancelRequest(), STRANGER, None)
    assert studio.groups.get(group_id, MANAGER) == before


def test_a_client_lists_its_own_whomever_it_asks_for(studio: WholeStudio) -> None:
    hall = studio.hall()
    own, others = studio.book(hall, FAR), studio.book(hall, FAR + 4 * HOUR, caller=STRANGER)

    def listed(caller: Identity, customer: str) -> list[UUID]:
        query = BookingsQuery(customer_id=UUID(customer), hall_id=hall.id)
        return [booking.id for booking in studio.bookings.page(query, caller).data]

    assert listed(studio.customer, STRANGER.subject) == [own.id]
    assert listed(STRANGER, STRANGER.subject) == [others.id]
    assert listed(MANAGER, STRANGER.subject) == [others.id]
