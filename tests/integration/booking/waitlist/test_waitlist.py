"""Whoever waits for a slot gets it held, in turn, the moment it is free."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from booking.bookings.ports import Work
from booking.bookings.services.orders import Sale
from booking.bookings.services.sales import Sales
from booking.composition import App
from booking.customers.errors import CustomerBlockedError, RulesNotAcceptedError
from booking.errors import OverrideNotAllowedError
from booking.waitlist.errors import (
    AlreadyWaitingError,
    NotWaitingError,
    SlotFreeError,
    WaitlistEntryNotFoundError,
    WaitlistFullError,
)
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.booking.customers import BlockRequest
from shared_schemas.booking.extras import AddOnOrder, AddOnRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistQuery, WaitlistRequest
from shared_schemas.common import Money, Role
from shared_schemas.errors import RuleViolationError
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.guests import guest


class CountingSales(Sales):
    """Counts how often a booking is tried."""

    attempts = 0

    def make(self, work: Work, sale: Sale) -> Booking:
        self.attempts += 1
        return super().make(work, sale)


class CountingApp(App):
    @cached_property
    def sales(self) -> CountingSales:
        return CountingSales(self.world.clock, self.world.settings)


pytestmark = pytest.mark.usefixtures("default_policy")


@pytest.fixture
def hall(studio: Studio) -> Hall:
    return studio.hall()


def somebody() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def slot(hall: Hall, hour: float = 0, hours: float = 2, **changes: object) -> WaitlistRequest:
    start = START + timedelta(hours=hour)
    values = {"hall_id": hall.id, "start": start, "end": start + timedelta(hours=hours)}
    return WaitlistRequest.model_validate(values | changes)


def cancel(studio: Studio, booking: Booking) -> None:
    studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)


def entry_of(studio: Studio, who: Identity) -> WaitlistEntry:
    (entry,) = studio.waitlist.page(WaitlistQuery(), who).data
    return entry


def offered(studio: Studio, who: Identity) -> Booking:
    booking_id = entry_of(studio, who).booking_id
    assert booking_id is not None
    return studio.bookings.get(booking_id, who)


def statuses(studio: Studio, line: Sequence[Identity]) -> list[str]:
    return [entry_of(studio, who).status for who in line]


def test_a_cancelled_slot_is_held_for_the_first_in_line(studio: Studio, hall: Hall) -> None:
    taken = studio.paid(hall)
    first, second = somebody(), somebody()
    entry = studio.waitlist.join(slot(hall, comment="By the window", people=2), first, None)
    studio.clock.advance(seconds=1)
    studio.waitlist.join(slot(hall), second, None)

    cancel(studio, taken)

    booking = offered(studio, first)
    assert (booking.status, booking.customer_id, booking.comment, booking.people) == (
        "pending", first.user_id, "By the window", 2,
    )  # fmt: skip
    assert booking.hold_expires_at == studio.clock.now() + timedelta(minutes=60)
    assert statuses(studio, [first, second]) == ["offered", "waiting"]
    offer = studio.broker.taken[-1]
    assert studio.events()[-3:] == ["booking.cancelled", "booking.created", "waitlist.offered"]
    assert (offer.data["waitlist_id"], offer.data["booking_id"]) == (str(entry.id), str(booking.id))
    assert offer.correlation_id == booking.correlation_id != taken.correlation_id
    assert studio.claims(hall) == 1


def test_an_offer_that_is_not_taken_goes_to_the_next(studio: Studio, hall: Hall) -> None:
    taken, line = studio.paid(hall), [somebody() for _ in range(3)]
    for who in line:
        studio.waitlist.join(slot(hall), who, None)
        studio.clock.advance(seconds=1)
    cancel(studio, taken)

    cancel(studio, offered(studio, line[0]))
    assert statuses(studio, line) == ["missed", "offered", "waiting"]

    studio.clock.advance(minutes=60)
    studio.bookings.expire_holds()
    assert statuses(studio, line) == ["missed", "missed", "offered"]


def test_a_paid_offer_is_accepted(studio: Studio, hall: Hall) -> None:
    taken, who = studio.paid(hall), somebody()
    studio.waitlist.join(slot(hall), who, None)
    cancel(studio, taken)

    studio.pay(offered(studio, who), uuid4())

    assert statuses(studio, [who]) == ["accepted"]


def test_a_payment_after_the_offer_ran_out_still_accepts_a_free_slot(studio: Studio, hall: Hall) -> None:
    taken, who = studio.paid(hall), somebody()
    studio.waitlist.join(slot(hall), who, None)
    cancel(studio, taken)
    booking = offered(studio, who)
    studio.clock.advance(minutes=60)
    studio.bookings.expire_holds()

    studio.pay(booking, uuid4())

    assert statuses(studio, [who]) == ["accepted"]


def test_a_longer_slot_waits_until_all_of_it_is_free(studio: Studio, hall: Hall) -> None:
    early, late, who = studio.paid(hall), studio.paid(hall, START + timedelta(hours=2)), somebody()
    studio.waitlist.join(slot(hall, hours=4), who, None)

    cancel(studio, early)
    assert statuses(studio, [who]) == ["waiting"]

    cancel(studio, late)
    assert statuses(studio, [who]) == ["offered"]


def test_freed_time_serves_as_many_as_fit(studio: Studio, hall: Hall) -> None:
    taken, line = studio.paid(hall, hours=4), [somebody() for _ in range(3)]
    for who, hour in zip(line, (0, 1, 2), strict=True):
        studio.waitlist.join(slot(hall, hour), who, None)
        studio.clock.advance(seconds=1)

    cancel(studio, taken)

    assert statuses(studio, line) == ["offered", "waiting", "offered"]


def test_time_left_by_a_moved_booking_is_offered(studio: Studio, hall: Hall) -> None:
    taken, who = studio.book(hall), somebody()
    studio.waitlist.join(slot(hall), who, None)
    move = RescheduleRequest(start=START + timedelta(hours=4), end=START + timedelta(hours=6))

    studio.changes.reschedule(taken.id, move, studio.customer, None)

    assert offered(studio, who).start == START


def test_who_cannot_be_served_is_skipped_and_waits_on(studio: Studio, hall: Hall) -> None:
    customers = studio.app.customers
    taken, blocked, next_one = studio.paid(hall), somebody(), somebody()
    studio.waitlist.join(slot(hall), blocked, None)
    studio.clock.advance(seconds=1)
    studio.waitlist.join(slot(hall), next_one, None)
    customers.block(blocked.user_id, BlockRequest(reason="Broke a lamp"))

    cancel(studio, taken)

    assert statuses(studio, [blocked, next_one]) == ["waiting", "offered"]
    assert studio.events()[-3:] == ["booking.cancelled", "booking.created", "waitlist.offered"]


def test_an_attempt_that_fails_half_way_leaves_nothing(studio: Studio, hall: Hall) -> None:
    lamp = studio.app.extras.add_add_on(
        AddOnRequest(name=f"Lamp {uuid4()}", unit="booking", price=Money(amount=400), stock=1), None
    )
    order = [AddOnOrder(id=lamp.id)]
    studio.book(studio.hall(), add_ons=order)
    taken, without_lamp, with_lamp = studio.paid(hall), somebody(), somebody()
    studio.waitlist.join(slot(hall, add_ons=order), with_lamp, None)
    studio.clock.advance(seconds=1)
    studio.waitlist.join(slot(hall), without_lamp, None)

    cancel(studio, taken)

    assert statuses(studio, [with_lamp, without_lamp]) == ["waiting", "offered"]
    assert studio.claims(hall) == 1
    assert studio.events()[-3:] == ["booking.cancelled", "booking.created", "waitlist.offered"]


def test_nobody_is_tried_for_time_that_was_just_given_away(studio: Studio, hall: Hall) -> None:
    taken, line = studio.paid(hall), [somebody() for _ in range(3)]
    for who in line:
        studio.waitlist.join(slot(hall), who, None)
    app = CountingApp(studio.app.world)

    app.bookings.cancel(taken.id, CancelRequest(), MANAGER, None)

    assert app.sales.attempts == 1


def test_an_entry_that_nobody_can_read_does_not_stop_a_cancellation(studio: Studio, hall: Hall) -> None:
    taken, broken, who = studio.paid(hall), somebody(), somebody()
    entry = studio.waitlist.join(slot(hall), broken, None)
    studio.clock.advance(seconds=1)
    studio.waitlist.join(slot(hall), who, None)
    with studio.engine.begin() as connection:
        connection.execute(text("UPDATE booking.waitlist SET request = '{}' WHERE id = :id"), {"id": entry.id})

    cancel(studio, taken)

    assert studio.bookings.get(taken.id, MANAGER).status == "cancelled"
    assert studio.claims(hall) == 0
    with studio.engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.waitlist WHERE id = :id"), {"id": entry.id})
    assert studio.offers.offer_due() == 1
    assert statuses(studio, [who]) == ["offered"]


def test_all_halls_of_an_entry_must_be_free(studio: Studio) -> None:
    left, right, who = studio.hall(), studio.hall(), somebody()
    whole = studio.hall(parts=[left.id, right.id])
    in_left, in_right = studio.paid(left), studio.paid(right)
    studio.waitlist.join(slot(whole), who, None)

    cancel(studio, in_left)
    assert statuses(studio, [who]) == ["waiting"]
    cancel(studio, in_right)

    assert offered(studio, who).hall_id == whole.id
    assert (studio.claims(left), studio.claims(right)) == (1, 1)


def test_the_schedule_serves_what_became_free_unnoticed(studio: Studio, hall: Hall) -> None:
    taken, who, late = studio.paid(hall), somebody(), somebody()
    studio.waitlist.join(slot(hall), who, None)
    studio.waitlist.join(slot(hall), late, None)
    with studio.engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.occupancy WHERE owner_id = :id"), {"id": taken.id})

    assert studio.offers.offer_due() == 1
    assert studio.offers.offer_due() == 0

    assert sorted(statuses(studio, [who, late])) == ["offered", "waiting"]


def test_who_waited_too_long_is_told_so(studio: Studio, hall: Hall) -> None:
    studio.paid(hall)
    who = somebody()
    studio.waitlist.join(slot(hall), who, None)
    studio.clock.advance(hours=(START - studio.clock.now()).total_seconds() / 3600)

    studio.offers.offer_due()

    assert statuses(studio, [who]) == ["lapsed"]


def test_an_offer_is_not_held_beyond_the_start(studio: Studio, hall: Hall) -> None:
    taken, who = studio.paid(hall), somebody()
    studio.waitlist.join(slot(hall), who, None)
    studio.clock.advance(hours=(START - studio.clock.now()).total_seconds() / 3600 - 0.5)

    cancel(studio, taken)

    assert offered(studio, who).hold_expires_at == START


def test_a_free_slot_is_to_be_booked_instead(studio: Studio, hall: Hall) -> None:
    with pytest.raises(SlotFreeError):
        studio.waitlist.join(slot(hall), somebody(), None)


def test_a_slot_against_the_rules_is_refused_like_a_booking(studio: Studio, hall: Hall) -> None:
    studio.paid(hall)

    with pytest.raises(RuleViolationError) as refused:
        studio.waitlist.join(slot(hall, hours=0.5, people=99), somebody(), None)

    assert {violation.code for violation in refused.value.violations} == {"too_short", "too_many_people"}


def test_who_may_not_book_may_not_wait(studio: Studio, hall: Hall) -> None:
    studio.paid(hall)
    studio.policies.replace(PolicyRequest(rules_version="2"), MANAGER)
    who = somebody()

    with pytest.raises(RulesNotAcceptedError):
        studio.waitlist.join(slot(hall), who, None)
    studio.waitlist.join(slot(hall, rules_version="2"), who, None)

    customers = studio.app.customers
    assert [accepted.version for accepted in customers.get(who.user_id).acceptances] == ["2"]
    customers.block(who.user_id, BlockRequest(reason="Broke a lamp"))
    with pytest.raises(CustomerBlockedError):
        studio.waitlist.join(slot(hall, rules_version="2"), who, None)


def test_one_place_for_each_customer_and_slot(studio: Studio, hall: Hall) -> None:
    studio.paid(hall, hours=8)
    who = somebody()
    entry = studio.waitlist.join(slot(hall), who, None)

    with pytest.raises(AlreadyWaitingError):
        studio.waitlist.join(slot(hall), who, None)

    studio.waitlist.join(slot(hall, 1), who, None)
    studio.waitlist.withdraw(entry.id, who)
    studio.waitlist.join(slot(hall), who, None)


def test_nobody_waits_for_more_than_twenty_slots(studio: Studio, hall: Hall) -> None:
    studio.paid(hall, hours=10)
    who = somebody()
    for number in range(20):
        studio.waitlist.join(slot(hall, hour=(number % 10) / 2, hours=1 + number // 10), who, None)

    with pytest.raises(WaitlistFullError):
        studio.waitlist.join(slot(hall, hours=4), who, None)


def test_who_withdraws_is_offered_nothing(studio: Studio, hall: Hall) -> None:
    taken, who = studio.paid(hall), somebody()
    entry = studio.waitlist.join(slot(hall), who, None)
    studio.waitlist.withdraw(entry.id, who)
    studio.waitlist.withdraw(entry.id, who)

    cancel(studio, taken)

    assert statuses(studio, [who]) == ["withdrawn"]
    assert studio.claims(hall) == 0


def test_an_offer_is_declined_by_cancelling_it(studio: Studio, hall: Hall) -> None:
    taken, who = studio.paid(hall), somebody()
    entry = studio.waitlist.join(slot(hall), who, None)
    cancel(studio, taken)

    with pytest.raises(NotWaitingError):
        studio.waitlist.withdraw(entry.id, who)


def test_entries_of_others_are_nobodys_business(studio: Studio, hall: Hall) -> None:
    studio.paid(hall)
    who, stranger = somebody(), somebody()
    entry = studio.waitlist.join(slot(hall), who, None)

    assert studio.waitlist.page(WaitlistQuery(), stranger).data == []
    with pytest.raises(WaitlistEntryNotFoundError):
        studio.waitlist.withdraw(entry.id, stranger)
    with pytest.raises(WaitlistEntryNotFoundError):
        studio.waitlist.withdraw(UUID(int=0), who)
    assert entry in studio.waitlist.page(WaitlistQuery(limit=100), MANAGER).data


def test_entries_come_in_pages(studio: Studio, hall: Hall) -> None:
    studio.paid(hall, hours=8)
    who = somebody()
    made = []
    for hour in range(3):
        made.append(studio.waitlist.join(slot(hall, hour), who, None).id)
        studio.clock.advance(seconds=1)

    first = studio.waitlist.page(WaitlistQuery(limit=2), who)
    second = studio.waitlist.page(WaitlistQuery(limit=2, cursor=first.next_cursor), who)

    assert [entry.id for page in (first, second) for entry in page.data] == made[::-1]
    assert second.next_cursor is None


def test_staff_write_down_who_waits(studio: Studio, hall: Hall) -> None:
    taken, who, caller = studio.paid(hall), somebody(), guest()

    studio.waitlist.join(slot(hall, customer_id=who.user_id), MANAGER, None)
    studio.clock.advance(seconds=1)
    told = slot(hall, guest=caller)
    entry = studio.app.waiting_guests.join(told, caller, MANAGER, None, "ru")
    cancel(studio, taken)

    assert offered(studio, who).customer_id == who.user_id
    assert entry.customer_id not in (who.user_id, MANAGER.user_id)
    assert statuses(studio, [who]) == ["offered"]


def test_clients_wait_for_themselves_alone(studio: Studio, hall: Hall) -> None:
    studio.paid(hall)
    who, caller = somebody(), guest()

    with pytest.raises(OverrideNotAllowedError):
        studio.waitlist.join(slot(hall, customer_id=uuid4()), who, None)
    with pytest.raises(OverrideNotAllowedError):
        studio.app.waiting_guests.join(slot(hall, guest=caller), caller, who, None, "ru")
    with pytest.raises(RuleViolationError):
        studio.app.waiting_guests.join(slot(hall, guest=caller, customer_id=uuid4()), caller, MANAGER, None, "ru")
    assert studio.waitlist.page(WaitlistQuery(), who).data == []
