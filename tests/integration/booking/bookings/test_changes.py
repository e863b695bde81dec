"""Bookings that are moved, extended and corrected, on real PostgreSQL."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from booking.bookings.errors import BookingNotFoundError, InvalidTransitionError, TooEarlyError, VisitBegunError
from booking.calendar.errors import SlotTakenError
from booking.errors import OverrideNotAllowedError
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, ReasonRequest
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from tests.support.booking.studio import MANAGER, START, Studio

HOUR = timedelta(hours=1)
LATER = START + timedelta(days=9)
NO_REASON = ReasonRequest()


def move(booking: Booking, offset: timedelta = HOUR, hours: float = 2, **changes: object) -> RescheduleRequest:
    start = booking.start + offset
    return RescheduleRequest.model_validate({"start": start, "end": start + hours * HOUR} | changes)


def codes(error: pytest.ExceptionInfo[RuleViolationError]) -> list[str]:
    return [violation.code for violation in error.value.violations]


def test_a_booking_is_never_in_its_own_way(studio: Studio) -> None:
    hall = studio.hall(buffer_before_minutes=30, buffer_after_minutes=30)
    booking = studio.paid(hall, LATER)

    after = studio.changes.reschedule(booking.id, move(booking), studio.customer, None)

    assert (after.start, after.end, after.paid) == (booking.start + HOUR, booking.end + HOUR, booking.paid)
    assert (after.status, after.reschedules, studio.claims(hall)) == ("confirmed", 1, 1)
    told = studio.broker.taken[-1]
    assert (told.type, told.data["previous_start"]) == ("booking.rescheduled", "2026-12-11T12:00:00+03:00")
    assert studio.bookings.get(booking.id, MANAGER) == after


def test_a_move_onto_somebody_elses_time_changes_nothing(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall, LATER)
    studio.paid(hall, LATER + 3 * HOUR)

    with pytest.raises(SlotTakenError):
        studio.changes.reschedule(booking.id, move(booking, 2 * HOUR), studio.customer, None)

    assert studio.bookings.get(booking.id, MANAGER) == booking
    assert studio.claims(hall) == 2
    assert studio.events()[-1] == "booking.confirmed"


def test_a_move_is_priced_anew_and_what_was_paid_stays(studio: Studio) -> None:
    cheap, dear = studio.hall(), studio.hall()
    studio.tariff(dear, amount=600_000, priority=1)
    booking = studio.paid(cheap, LATER)

    request = move(booking, hall_id=dear.id)
    preview = studio.changes.preview_reschedule(booking.id, request, studio.customer)
    assert studio.bookings.get(booking.id, MANAGER) == booking
    after = studio.changes.reschedule(booking.id, request, studio.customer, None)

    assert (preview.difference.amount, preview.due.amount) == (800_000, 1_000_000)
    assert (after.total.amount, after.prepayment.amount, after.paid) == (1_200_000, 600_000, booking.paid)
    assert (studio.claims(cheap), studio.claims(dear)) == (0, 1)
    assert after.refund_due.amount == 0


def test_a_shorter_visit_gives_back_what_its_terms_say(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER, hours=4)
    studio.pay(booking, uuid4(), amount=800_000)

    after = studio.changes.reschedule(booking.id, move(booking, hours=1), studio.customer, None)

    assert (after.total.amount, after.refund_due.amount, after.payment_state) == (200_000, 600_000, "refund_pending")
    assert studio.broker.taken[-1].data["refund"]["amount"] == 600_000


def test_what_a_change_promised_is_not_promised_again_by_the_next(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER, hours=4)
    studio.pay(booking, uuid4(), amount=800_000)
    studio.changes.reschedule(booking.id, move(booking, hours=1), studio.customer, None)

    after = studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None)

    assert after.refund_due.amount == 600_000
    assert studio.broker.taken[-1].type == "booking.extended"
    assert studio.broker.taken[-1].data.get("refund") is None


def test_the_terms_limit_moves_and_staff_may_set_them_aside(studio: Studio) -> None:
    hall = studio.hall()
    near, far = studio.paid(hall, START), studio.paid(hall, LATER)

    with pytest.raises(RuleViolationError) as late:
        studio.changes.reschedule(near.id, move(near, 3 * HOUR), studio.customer, None)
    moved = studio.changes.reschedule(far.id, move(far), studio.customer, None)
    with pytest.raises(RuleViolationError) as often:
        studio.changes.reschedule(far.id, move(moved), studio.customer, None)
    with pytest.raises(OverrideNotAllowedError):
        studio.changes.reschedule(far.id, move(moved, override_reason="please"), studio.customer, None)

    assert (codes(late), codes(often)) == (["reschedule_too_late"], ["no_reschedules_left"])
    again = studio.changes.reschedule(far.id, move(moved, override_reason="our fault"), MANAGER, None)
    assert again.reschedules == 1
    assert studio.bookings.history(far.id)[-1].reason == "our fault"


@pytest.mark.parametrize("word", [{"override_reason": "our fault"}, {"reason": "asked by telephone"}])
def test_a_move_by_staff_leaves_the_client_its_own(studio: Studio, word: dict[str, Any]) -> None:
    booking = studio.paid(studio.hall(), LATER)

    moved = studio.changes.reschedule(booking.id, move(booking, **word), MANAGER, None)
    again = studio.changes.reschedule(booking.id, move(moved), studio.customer, None)

    assert (moved.reschedules, again.reschedules, again.terms.max_reschedules) == (0, 1, 1)


def test_an_unpaid_hold_moves_and_keeps_its_end(studio: Studio) -> None:
    booking = studio.book(studio.hall(), START)

    after = studio.changes.reschedule(booking.id, move(booking), studio.customer, None)

    assert (after.status, after.hold_expires_at, after.reschedules) == ("pending", booking.hold_expires_at, 0)


def test_halls_of_a_booking_can_be_added_and_dropped(studio: Studio) -> None:
    first, second = studio.hall(), studio.hall()
    booking = studio.book(first, LATER)

    both = studio.changes.reschedule(booking.id, move(booking, also_hall_ids=[second.id]), studio.customer, None)
    one = studio.changes.reschedule(booking.id, move(both, also_hall_ids=[]), studio.customer, None)

    assert (both.also_hall_ids, both.total.amount) == ([second.id], 800_000)
    assert (one.also_hall_ids, one.total.amount, studio.claims(second)) == ([], 400_000, 0)


def test_two_bookings_that_swap_times_never_wait_in_a_circle(studio: Studio) -> None:
    hall = studio.hall()
    early, late = studio.book(hall, LATER), studio.book(hall, LATER + 4 * HOUR)

    for booking, offset in ((early, 4 * HOUR), (late, -4 * HOUR)):
        with pytest.raises(SlotTakenError):
            studio.changes.reschedule(booking.id, move(booking, offset), studio.customer, None)


def test_a_visit_is_extended_while_it_lasts_if_the_hall_is_free(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall, START)
    studio.paid(hall, START + 3 * HOUR)
    studio.clock.advance(days=1, hours=4)
    studio.visits.check_in(booking.id, NO_REASON, MANAGER)

    preview = studio.changes.preview_extend(booking.id, ExtendRequest(minutes=45), studio.customer)
    after = studio.changes.extend(booking.id, ExtendRequest(minutes=45), studio.customer, None)

    assert (preview.difference.amount, preview.due.amount) == (150_000, 350_000)
    assert (after.status, after.end, after.total.amount) == ("in_progress", booking.end + 0.75 * HOUR, 550_000)
    with pytest.raises(SlotTakenError):
        studio.changes.extend(booking.id, ExtendRequest(minutes=30), studio.customer, None)
    assert studio.broker.taken[-1].type == "booking.extended"


def test_an_extension_costs_what_the_visit_was_sold_by(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.book(hall, LATER)
    studio.tariff(hall, amount=800_000, priority=5)

    assert studio.changes.extend(booking.id, ExtendRequest(minutes=60), studio.customer, None).total.amount == 600_000
    assert studio.book(hall, LATER + 4 * HOUR).total.amount == 1_600_000


def test_the_headcount_at_the_door_is_corrected_within_the_capacity(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall, START)
    studio.clock.advance(days=1, hours=4)

    with pytest.raises(VisitBegunError):
        studio.changes.amend(booking.id, AmendRequest(people=3), studio.customer, None)
    with pytest.raises(RuleViolationError) as crowded:
        studio.changes.amend(booking.id, AmendRequest(people=6), MANAGER, None)
    after = studio.changes.amend(booking.id, AmendRequest(people=5, comment="with a dog"), MANAGER, None)

    assert codes(crowded) == ["too_many_people"]
    assert (after.people, after.comment, after.start) == (5, "with a dog", booking.start)
    step = studio.bookings.history(booking.id)[-1]
    assert (step.action, step.before, step.after) == ("amend", {"people": 1}, {"people": 5})
    crowd = AmendRequest(people=6, override_reason="they are small")
    assert studio.changes.amend(booking.id, crowd, MANAGER, None).people == 6


def test_only_visits_that_go_on_can_change_and_only_ones_own(studio: Studio) -> None:
    booking = studio.book(studio.hall(), LATER)
    stranger = Identity(str(uuid4()), Role.CLIENT)
    with pytest.raises(BookingNotFoundError):
        studio.changes.reschedule(booking.id, move(booking), stranger, None)
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)

    with pytest.raises(InvalidTransitionError):
        studio.changes.reschedule(booking.id, move(booking), studio.customer, None)
    with pytest.raises(InvalidTransitionError):
        studio.changes.extend(booking.id, ExtendRequest(minutes=15), studio.customer, None)
    with pytest.raises(InvalidTransitionError):
        studio.changes.amend(booking.id, AmendRequest(people=2), studio.customer, None)


def test_a_visit_from_check_in_to_its_end(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall, START)
    with pytest.raises(TooEarlyError):
        studio.visits.check_in(booking.id, NO_REASON, MANAGER)
    studio.clock.advance(days=1, hours=2)

    assert studio.visits.check_in(booking.id, NO_REASON, MANAGER).status == "in_progress"
    with pytest.raises(TooEarlyError):
        studio.visits.complete(booking.id, NO_REASON, MANAGER)
    studio.clock.advance(hours=2)
    assert studio.visits.complete(booking.id, ReasonRequest(reason="done"), MANAGER).status == "completed"

    assert studio.events()[-2:] == ["booking.checked_in", "booking.completed"]
    assert [step.action for step in studio.bookings.history(booking.id)] == [
        "create", "confirm", "check_in", "complete",
    ]  # fmt: skip
    assert studio.claims(hall) == 1


def test_who_does_not_come_frees_the_hall_and_pays_in_advance_from_then_on(studio: Studio) -> None:
    hall = studio.hall()
    booking = studio.paid(hall, START)
    with pytest.raises(TooEarlyError):
        studio.visits.no_show(booking.id, NO_REASON, MANAGER)
    studio.clock.advance(days=1, hours=3)

    assert studio.visits.no_show(booking.id, ReasonRequest(reason="waited"), MANAGER).status == "no_show"

    assert (studio.claims(hall), studio.events()[-1]) == (0, "booking.no_show")
    again = studio.book(hall, LATER)
    assert again.prepayment == again.total


@pytest.mark.parametrize(("unattended", "status"), [("complete", "completed"), ("no_show", "no_show")])
def test_what_nobody_closed_is_closed_by_the_clock_as_the_policy_says(
    studio: Studio, unattended: str, status: str
) -> None:
    attended, missed = studio.paid(studio.hall(), START), studio.paid(studio.hall(), START)
    studio.policies.replace(PolicyRequest.model_validate({"unattended": unattended}), MANAGER)
    studio.clock.advance(days=1, hours=4)
    studio.visits.check_in(attended.id, NO_REASON, MANAGER)
    studio.visits.close_ended()
    assert studio.bookings.get(missed.id, MANAGER).status == "confirmed"

    studio.clock.advance(hours=2)
    assert studio.visits.close_ended() >= 2

    assert studio.bookings.get(attended.id, MANAGER).status == "completed"
    assert studio.bookings.get(missed.id, MANAGER).status == status
    assert studio.visits.close_ended() == 0
    studio.policies.replace(PolicyRequest(), MANAGER)


def test_every_step_leaves_its_trace_and_its_event(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), LATER)
    studio.changes.reschedule(booking.id, move(booking), studio.customer, None)
    studio.bookings.cancel(booking.id, CancelRequest(reason="ill"), studio.customer, None)

    steps = studio.bookings.history(booking.id)
    told = [e for e in studio.broker.taken if e.data["booking_id"] == str(booking.id)]

    assert [step.version for step in steps] == [1, 2, 3, 4] == [e.data["booking_version"] for e in told]
    assert [step.action for step in steps] == ["create", "confirm", "reschedule", "cancel"]
    assert steps[-1].reason == "ill" == studio.bookings.cancellation_reason(booking.id).reason
    # People write it: who needs it asks, and no event has it.
    assert not [event for event in told if event.data.get("reason")]
    assert set(steps[2].after) == {"start", "end"}
    with studio.engine.connect() as connection:
        stored = text("SELECT version FROM booking.bookings WHERE id = :id")
        assert connection.execute(stored, {"id": booking.id}).scalar_one() == 4
