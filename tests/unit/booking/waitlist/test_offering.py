"""Offering freed time to who waits for it, without a database."""

from functools import partial
from uuid import uuid4

import pytest

from booking.bookings.services.orders import Cancellation
from booking.waitlist.freed_time import WaitingLine
from booking.waitlist.offers import Offers
from core.jobs import Turn
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.waitlist import WaitlistEntry
from tests.support.booking.in_memory import HOUR, MemoryStudio
from tests.support.booking.made import tariff
from tests.support.booking.prices import WEDNESDAY_NOON, price_list, promo_code


class WaitingStudio(MemoryStudio):
    """Bookings that give time back offer it to who waits."""

    def __init__(self) -> None:
        super().__init__()
        self.offers = Offers(self.memory.begin, self.clock, self.sales)

    def call_off(self, booking: Booking) -> None:
        with self.memory.begin() as work:
            work.freed_time = WaitingLine(work, partial(self.offers.offer_freed, work))
            self.sales.call_off(work, booking, Cancellation("somebody", None))
            work.commit()

    def status(self, entry: WaitlistEntry) -> str:
        return self.memory.state.waiting[entry.id].entry.status

    def offered(self, entry: WaitlistEntry) -> Booking:
        booking_id = self.memory.state.waiting[entry.id].entry.booking_id
        assert booking_id
        return self.memory.state.bookings[booking_id]


@pytest.fixture
def studio() -> WaitingStudio:
    return WaitingStudio()


def test_freed_time_is_held_for_the_first_in_line(studio: WaitingStudio) -> None:
    studio.memory.state.policy = Policy(offer_minutes=30)
    taken = studio.paid()
    first = studio.waits(taken, comment="With a dog")
    studio.clock.advance(seconds=1)
    second = studio.waits(taken)

    studio.call_off(taken)

    assert (studio.status(first), studio.status(second)) == ("offered", "waiting")
    held = studio.offered(first)
    assert (held.status, held.customer_id, held.comment) == ("pending", first.customer_id, "With a dog")
    assert held.hold_expires_at and (held.hold_expires_at - studio.clock.now()).total_seconds() == 30 * 60
    assert studio.events()[-3:] == ["booking.cancelled", "booking.created", "waitlist.offered"]


def test_an_offer_lasts_no_longer_than_to_the_start_of_the_visit(studio: WaitingStudio) -> None:
    taken = studio.paid()
    entry = studio.waits(taken)
    studio.clock.advance(hours=26, minutes=50)

    studio.call_off(taken)

    assert studio.offered(entry).hold_expires_at == WEDNESDAY_NOON


def test_who_waits_for_other_time_waits_on(studio: WaitingStudio) -> None:
    taken, later = studio.paid(), studio.paid(hour=4)
    entry = studio.waits(later)

    studio.call_off(taken)

    assert studio.status(entry) == "waiting"


def test_who_needs_more_than_was_freed_waits_on(studio: WaitingStudio) -> None:
    taken, _other = studio.paid(), studio.paid(hour=2)
    long = studio.waits(taken, end=WEDNESDAY_NOON + 4 * HOUR)
    short = studio.waits(taken)

    studio.call_off(taken)

    assert (studio.status(long), studio.status(short)) == ("waiting", "offered")


def test_time_that_two_can_share_is_offered_to_both(studio: WaitingStudio) -> None:
    taken = studio.paid(hours=4)
    first = studio.waits(taken, end=WEDNESDAY_NOON + 2 * HOUR)
    second = studio.waits(taken, start=WEDNESDAY_NOON + 2 * HOUR)

    studio.call_off(taken)

    assert [studio.status(entry) for entry in (first, second)] == ["offered", "offered"]


def test_who_may_not_book_is_passed_over(studio: WaitingStudio) -> None:
    taken, blocked = studio.paid(), uuid4()
    studio.memory.state.standings[blocked] = (True, None)
    first = studio.waits(taken, blocked)
    studio.clock.advance(seconds=1)
    second = studio.waits(taken)

    studio.call_off(taken)

    assert (studio.status(first), studio.status(second)) == ("waiting", "offered")
    assert [event for event in studio.events() if event == "booking.created"] == ["booking.created"] * 2


def test_a_code_that_does_not_hold_any_more_keeps_nobody_from_the_slot(studio: WaitingStudio) -> None:
    studio.memory.state.promo_codes["WINTER"] = promo_code(max_uses=1)
    taken, _used_up = studio.paid(), studio.paid(hour=4, promo_code="WINTER")
    entry = studio.waits(taken, promo_code="WINTER")

    studio.call_off(taken)

    assert (studio.status(entry), studio.offered(entry).promo_code) == ("offered", None)


def test_what_costs_nothing_needs_no_decision(studio: WaitingStudio) -> None:
    taken = studio.paid()
    entry = studio.waits(taken)
    studio.memory.state.tariffs = price_list(tariff(0))

    studio.call_off(taken)

    assert (studio.status(entry), studio.offered(entry).status) == ("accepted", "confirmed")


def test_an_offer_that_is_not_paid_for_is_missed_and_goes_to_the_next(studio: WaitingStudio) -> None:
    taken = studio.paid()
    first = studio.waits(taken)
    studio.clock.advance(seconds=1)
    second = studio.waits(taken)
    studio.call_off(taken)

    studio.call_off(studio.offered(first))

    assert (studio.status(first), studio.status(second)) == ("missed", "offered")


def test_a_failure_nobody_foresaw_does_not_stop_a_cancellation(
    studio: WaitingStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = studio.paid()
    entry = studio.waits(taken)
    monkeypatch.setattr(studio.sales, "admit", lambda *_: 1 / 0)

    studio.call_off(taken)

    assert (studio.stored(taken).status, studio.status(entry)) == ("cancelled", "waiting")
    assert studio.memory.state.claims == []


def test_the_job_offers_what_became_free_otherwise_and_closes_what_is_too_late(studio: WaitingStudio) -> None:
    taken, gone = studio.paid(), studio.paid(hour=-2)
    late, entry = studio.waits(gone), studio.waits(taken)
    studio.memory.state.claims.clear()
    studio.clock.advance(hours=26)

    assert studio.offers.offer_due() == 1

    assert (studio.status(late), studio.status(entry)) == ("lapsed", "offered")


def test_the_job_puts_off_who_cannot_be_served(studio: WaitingStudio) -> None:
    taken, blocked = studio.paid(), uuid4()
    studio.memory.state.standings[blocked] = (True, None)
    entry = studio.waits(taken, blocked)
    studio.memory.state.claims.clear()
    turn = Turn()

    assert studio.offers.offer_due(turn) == 0

    assert (studio.memory.state.paused, turn.failed) == ([entry.id], 0)
    assert studio.status(entry) == "waiting"


def test_the_job_stops_when_its_time_is_up(studio: WaitingStudio) -> None:
    taken = studio.paid()
    entry = studio.waits(taken)
    studio.memory.state.claims.clear()

    assert studio.offers.offer_due(Turn(lambda: False)) == 0
    assert studio.status(entry) == "waiting"
