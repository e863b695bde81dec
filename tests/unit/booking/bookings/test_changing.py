"""Moving, extending and correcting bookings, without a database."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from booking.bookings.errors import BookingNotFoundError, InvalidTransitionError, VisitBegunError
from booking.calendar.errors import SlotTakenError
from booking.errors import OverrideNotAllowedError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.policy import Policy
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError, RuleViolationError
from tests.support.booking.in_memory import HOUR, MANAGER, MemoryStudio
from tests.support.booking.made import tariff
from tests.support.booking.prices import WEDNESDAY_NOON, add_on, price_list, promo_code, slot


@pytest.fixture
def studio() -> MemoryStudio:
    made = MemoryStudio()
    made.memory.state.policy = Policy(reschedule_hours_before=24, max_reschedules=1)
    return made


def to(hour: float, hours: float = 2, **changes: object) -> RescheduleRequest:
    start = WEDNESDAY_NOON + hour * HOUR
    return RescheduleRequest.model_validate({"start": start, "end": start + hours * HOUR, **changes})


def refused(change: Callable[[], object]) -> list[str]:
    with pytest.raises(RuleViolationError) as caught:
        change()
    return [violation.code for violation in caught.value.violations]


def test_a_moved_booking_gives_back_what_it_had(studio: MemoryStudio) -> None:
    booking = studio.paid()

    moved = studio.changes.reschedule(booking.id, to(4), studio.customer, None)

    assert studio.claimed(booking) == [slot(2, WEDNESDAY_NOON + 4 * HOUR)]
    assert (moved.status, moved.reschedules, moved.paid) == ("confirmed", 1, booking.paid)
    assert [claim.during for claim in studio.memory.freed.offered] == [slot(2)]
    assert studio.events()[-1] == "booking.rescheduled"
    last = studio.memory.state.trail[booking.id][-1]
    assert (last.action, last.before.keys() & {"start", "status"}) == ("reschedule", {"start"})


def test_its_own_time_is_not_in_its_way(studio: MemoryStudio) -> None:
    booking = studio.paid()

    studio.changes.reschedule(booking.id, to(1), studio.customer, None)

    assert studio.claimed(booking) == [slot(2, WEDNESDAY_NOON + HOUR)]


def test_time_of_others_is(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.paid(hour=4)

    with pytest.raises(SlotTakenError):
        studio.changes.reschedule(booking.id, to(3), studio.customer, None)

    assert studio.claimed(booking) == [slot(2)]
    assert studio.memory.freed.offered == []


def test_to_where_it_is_nothing_moves(studio: MemoryStudio) -> None:
    booking = studio.paid()

    assert studio.changes.reschedule(booking.id, to(0), studio.customer, None) == booking
    assert studio.events()[-1] == "booking.confirmed"


def test_a_client_moves_as_often_as_the_terms_allow_and_staff_at_will(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.changes.reschedule(booking.id, to(3), MANAGER, None)
    studio.changes.reschedule(booking.id, to(4), studio.customer, None)

    codes = refused(lambda: studio.changes.reschedule(booking.id, to(5), studio.customer, None))

    assert codes == ["no_reschedules_left"]
    forced = studio.changes.reschedule(booking.id, to(5, override_reason="Agreed"), MANAGER, None)
    assert forced.reschedules == 1


def test_shortly_before_the_visit_it_is_too_late(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.clock.advance(hours=3, seconds=1)

    codes = refused(lambda: studio.changes.reschedule(booking.id, to(4), studio.customer, None))

    assert codes == ["reschedule_too_late"]


def test_setting_rules_aside_is_for_staff(studio: MemoryStudio) -> None:
    booking = studio.paid()

    with pytest.raises(OverrideNotAllowedError) as caught:
        studio.changes.reschedule(booking.id, to(4, override_reason="Please"), studio.customer, None)
    assert caught.value.params == {"field": "override_reason"}


def test_bookings_of_others_do_not_exist(studio: MemoryStudio) -> None:
    booking = studio.paid()

    with pytest.raises(BookingNotFoundError):
        studio.changes.reschedule(booking.id, to(4), Identity(str(uuid4()), Role.CLIENT), None)


def test_a_preview_changes_nothing(studio: MemoryStudio) -> None:
    booking = studio.paid()

    preview = studio.changes.preview_reschedule(booking.id, to(4, hours=3), studio.customer)

    assert (preview.total.amount, preview.difference.amount, preview.due.amount) == (600_000, 200_000, 400_000)
    assert studio.stored(booking) == booking
    assert studio.claimed(booking) == [slot(2)]
    assert studio.events()[-1] == "booking.confirmed"


def test_a_repeat_by_its_key_changes_nothing(studio: MemoryStudio) -> None:
    booking, key = studio.paid(), IdempotencyKey(studio.customer.subject, "extend", "again", "the same")

    first = studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, key)
    second = studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, key)

    # What its books know of it is no part of the answer.
    assert first.model_dump() == second.model_dump()
    assert studio.claimed(booking) == [slot(3)]


def test_a_smaller_visit_gives_back_by_the_terms_what_is_paid_beyond_it(studio: MemoryStudio) -> None:
    studio.memory.state.standings[studio.customer.user_id] = (False, 100)
    booking = studio.paid()

    shorter = studio.changes.reschedule(booking.id, to(4, hours=1), studio.customer, None)

    # A day ahead that is half.
    assert (shorter.paid.amount, shorter.total.amount, shorter.refund_due.amount) == (400_000, 200_000, 100_000)


def test_an_extension_costs_what_the_visit_was_sold_by(studio: MemoryStudio) -> None:
    booking = studio.paid()

    longer = studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None)

    assert longer.total.amount == 600_000
    assert studio.claimed(booking) == [slot(3)]
    assert studio.events()[-1] == "booking.extended"


def test_an_extension_goes_no_further_than_the_next_visit(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.paid(hour=2.5)

    with pytest.raises(SlotTakenError):
        studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None)
    studio.changes.extend(booking.id, ExtendRequest(minutes=30), studio.customer, None)


def test_a_longer_hold_needs_room_among_the_clients_holds(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(max_unpaid_hours=2)
    held = studio.sell()

    with pytest.raises(CycloramaError) as caught:
        studio.changes.extend(held.id, ExtendRequest(minutes=15), studio.customer, None)
    assert caught.value.code == "too_many_unpaid_bookings"
    assert studio.changes.extend(held.id, ExtendRequest(minutes=15), MANAGER, None).end > held.end


def test_a_hold_that_comes_to_cost_nothing_is_confirmed(studio: MemoryStudio) -> None:
    held = studio.sell()
    studio.memory.state.tariffs = price_list(tariff(0))

    moved = studio.changes.reschedule(held.id, to(4), studio.customer, None)

    assert moved.status == "confirmed"
    assert studio.memory.freed.settled == [(held.id, "accepted")]


def test_more_people_and_add_ons_are_priced_and_claimed(studio: MemoryStudio) -> None:
    lamp = add_on(stock=2)
    studio.memory.state.add_ons[lamp.id] = lamp
    booking = studio.paid()
    request = AmendRequest.model_validate({"people": 3, "add_ons": [{"id": lamp.id, "quantity": 2}]})

    after = studio.changes.amend(booking.id, request, studio.customer, None)

    assert (after.people, after.total.amount) == (3, 500_000)
    assert studio.memory.state.add_ons_out[booking.id].quantities == {lamp.id: 2}
    assert studio.events()[-1] == "booking.amended"


def test_what_is_not_changed_is_not_stored(studio: MemoryStudio) -> None:
    booking = studio.paid()

    assert studio.changes.amend(booking.id, AmendRequest(people=booking.people), studio.customer, None) == booking
    assert studio.events()[-1] == "booking.confirmed"


def test_a_new_comment_is_a_new_version_at_the_same_price(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.memory.state.tariffs = price_list(tariff(900_000))

    after = studio.changes.amend(booking.id, AmendRequest(comment="With a dog"), studio.customer, None)

    assert (after.version, after.comment, after.total) == (booking.version + 1, "With a dog", booking.total)


def test_once_the_visit_has_begun_corrections_are_for_staff(studio: MemoryStudio) -> None:
    booking = studio.paid()
    studio.clock.advance(hours=27)

    with pytest.raises(VisitBegunError):
        studio.changes.amend(booking.id, AmendRequest(people=2), studio.customer, None)
    assert studio.changes.amend(booking.id, AmendRequest(people=2), MANAGER, None).people == 2


def test_a_code_that_does_not_hold_any_more_is_left_out_and_free_again(studio: MemoryStudio) -> None:
    studio.memory.state.promo_codes["WINTER"] = promo_code(hall_ids=[studio.hall.id])
    booking, other = studio.paid(promo_code="WINTER"), studio.add_hall()

    moved = studio.changes.reschedule(booking.id, to(0, hall_id=other.id), studio.customer, None)

    assert ([dropped.code for dropped in moved.dropped], moved.promo_code) == (["promo_other_hall"], None)
    assert studio.memory.state.promo_uses == {}


@pytest.mark.parametrize("status", ["cancelled", "expired", "completed", "no_show"])
def test_what_is_over_is_not_changed(studio: MemoryStudio, status: str) -> None:
    booking = studio.paid()
    over: Booking = booking.model_copy(update={"status": status})
    studio.memory.state.bookings[booking.id] = over

    changes: list[Callable[[], object]] = [
        lambda: studio.changes.reschedule(booking.id, to(4), MANAGER, None),
        lambda: studio.changes.extend(booking.id, ExtendRequest(minutes=15), MANAGER, None),
        lambda: studio.changes.amend(booking.id, AmendRequest(people=2), MANAGER, None),
    ]
    for change in changes:
        with pytest.raises(InvalidTransitionError):
            change()


def test_a_visit_goes_on_only_within_its_hall_hours(studio: MemoryStudio) -> None:
    booking = studio.paid(hour=8)

    codes = refused(lambda: studio.changes.extend(booking.id, ExtendRequest(minutes=15), studio.customer, None))

    assert codes == ["closed"]
    assert booking.end - booking.start == timedelta(hours=2)
