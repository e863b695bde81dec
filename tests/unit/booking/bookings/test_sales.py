"""Selling time and giving it back, without a database."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.bookings.errors import ConcurrentUpdateError, InvalidTransitionError, TooManyHoldsError
from booking.bookings.services.orders import Cancellation
from booking.bookings.services.sales import SYSTEM, ignore_freed
from booking.calendar.errors import SlotTakenError
from booking.customers.errors import CustomerBlockedError, RulesNotAcceptedError
from booking.extras.errors import AddOnOutOfStockError, PromoCodeUsedUpError
from booking.quotes.errors import QuoteExpiredError, QuoteMismatchError
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.policy import Policy, RefundTier
from shared_schemas.booking.quotes import Quote
from shared_schemas.errors import RuleViolationError
from tests.support.booking.in_memory import HOUR, MemoryStudio
from tests.support.booking.made import tariff
from tests.support.booking.prices import add_on, money, price_list, promo_code, slot


@pytest.fixture
def studio() -> MemoryStudio:
    return MemoryStudio()


def call_off(studio: MemoryStudio, booking: Booking, percent: int | None = None) -> Booking:
    with studio.memory.begin() as work:
        after = studio.sales.call_off(work, booking, Cancellation("somebody", "Ill", percent))
        work.commit()
    return after


def test_a_sale_holds_its_slot_until_the_prepayment(studio: MemoryStudio) -> None:
    booking = studio.sell()

    assert studio.stored(booking) == booking
    assert (booking.status, booking.total.amount, booking.prepayment.amount) == ("pending", 400_000, 200_000)
    assert booking.hold_expires_at == studio.clock.now() + timedelta(minutes=15)
    assert studio.claimed(booking) == [slot(2)]
    assert studio.events() == ["booking.created"]
    [made] = studio.memory.state.trail[booking.id]
    assert (made.action, made.from_status, made.to_status, made.actor) == (
        "create",
        None,
        "pending",
        studio.customer.subject,
    )


def test_a_sale_is_held_for_as_long_as_the_policy_says(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(hold_minutes=40)

    assert studio.sell().hold_expires_at == studio.clock.now() + timedelta(minutes=40)


def test_buffers_are_claimed_as_well(studio: MemoryStudio) -> None:
    buffered = studio.add_hall(buffer_before_minutes=15, buffer_after_minutes=30)

    booking = studio.sell(hall=buffered)

    noon = slot(2)
    assert studio.claimed(booking) == [TimeRange(noon.start - timedelta(minutes=15), noon.end + timedelta(minutes=30))]


def test_taken_time_is_refused_and_nothing_is_left_of_the_try(studio: MemoryStudio) -> None:
    first = studio.sell()

    with pytest.raises(SlotTakenError):
        studio.sell(hour=1)

    assert list(studio.memory.state.bookings) == [first.id]
    assert studio.events() == ["booking.created"]


def test_the_rules_of_a_hall_are_kept_unless_staff_set_them_aside(studio: MemoryStudio) -> None:
    with pytest.raises(RuleViolationError) as caught:
        studio.sell(people=9)
    assert [violation.code for violation in caught.value.violations] == ["too_many_people"]

    assert studio.sell(people=9, override_reason="A friend").people == 9


def test_what_costs_nothing_is_confirmed_at_once(studio: MemoryStudio) -> None:
    studio.memory.state.tariffs = price_list(tariff(0))

    booking = studio.sell()

    assert (booking.status, booking.hold_expires_at) == ("confirmed", None)
    assert studio.events() == ["booking.created", "booking.confirmed"]


def test_a_blocked_customer_books_only_by_the_word_of_staff(studio: MemoryStudio) -> None:
    studio.memory.state.standings[studio.customer.user_id] = (True, None)

    with pytest.raises(CustomerBlockedError):
        studio.sell()
    assert studio.sell(override_reason="Agreed on the telephone").status == "pending"


def test_who_once_did_not_come_pays_the_share_asked_of_them(studio: MemoryStudio) -> None:
    studio.memory.state.standings[studio.customer.user_id] = (False, 100)

    assert studio.sell().prepayment.amount == 400_000


def test_the_rules_in_force_must_be_accepted_and_that_is_noted(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(rules_version="2")

    with pytest.raises(RulesNotAcceptedError):
        studio.sell(rules_version="1")
    studio.sell(rules_version="2")

    assert studio.memory.state.accepted == [(studio.customer.user_id, "2")]


def test_a_client_holds_no_more_than_the_policy_allows(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(max_unpaid_holds=1)
    studio.sell()

    with pytest.raises(TooManyHoldsError):
        studio.sell(hour=3)

    assert len(studio.memory.state.bookings) == 1
    assert studio.sell(hour=3, limit="none").status == "pending"


def test_a_longer_hold_counts_what_is_added(studio: MemoryStudio) -> None:
    studio.memory.state.policy = Policy(max_unpaid_hours=3)
    held = studio.sell()

    with studio.memory.begin() as work:
        studio.sales.require_room(work, held, slot(3), [studio.hall])
        with pytest.raises(TooManyHoldsError):
            studio.sales.require_room(work, held, slot(3.25), [studio.hall])


def test_add_ons_and_promo_codes_are_there_only_so_often(studio: MemoryStudio) -> None:
    lamp, promo = add_on(stock=1), promo_code(max_uses=1)
    studio.memory.state.add_ons[lamp.id] = lamp
    studio.memory.state.promo_codes["WINTER"] = promo
    other = studio.add_hall()
    order = [{"id": lamp.id, "quantity": 1}]
    studio.sell(add_ons=order, promo_code="WINTER")

    with pytest.raises(AddOnOutOfStockError):
        studio.sell(hall=other, add_ons=order)
    with pytest.raises(PromoCodeUsedUpError):
        studio.sell(hall=other, promo_code="WINTER")

    assert len(studio.memory.state.claims) == 1


def quoted(studio: MemoryStudio, **changes: object) -> Quote:
    sale = studio.sale()
    priced = studio.sell(hall=studio.add_hall())
    quote = Quote.model_validate(
        {
            **sale.request.model_dump(exclude={"add_ons", "promo_code", "birthday"}),
            **{name: getattr(priced, name) for name in ("lines", "adjustments", "add_ons", "tariff_version")},
            "id": uuid4(),
            "total": money(100_000),
            "prepayment": money(50_000),
            "usable_until": priced.usable_until,
            "valid_until": studio.clock.now() + HOUR,
            **changes,
        }
    )
    studio.memory.state.quotes[quote.id] = quote
    return quote


def test_a_quoted_price_is_what_is_paid(studio: MemoryStudio) -> None:
    studio.memory.state.standings[studio.customer.user_id] = (False, 100)

    booking = studio.sell(quote_id=quoted(studio).id)

    assert (booking.total.amount, booking.prepayment.amount) == (100_000, 100_000)


def test_a_quote_counts_in_time_and_for_its_own_slot(studio: MemoryStudio) -> None:
    with pytest.raises(QuoteExpiredError):
        studio.sell(quote_id=quoted(studio, valid_until=studio.clock.now()).id)
    with pytest.raises(QuoteMismatchError):
        studio.sell(hour=1, quote_id=quoted(studio).id)


def test_a_confirmed_offer_is_accepted(studio: MemoryStudio) -> None:
    booking = studio.paid()

    assert studio.memory.freed.settled == [(booking.id, "accepted")]
    assert studio.events() == ["booking.created", "booking.confirmed"]
    assert [step.action for step in studio.memory.state.trail[booking.id]] == ["create", "confirm"]


def test_nobody_confirms_what_somebody_else_changed(studio: MemoryStudio) -> None:
    booking = studio.paid()

    with pytest.raises(ConcurrentUpdateError):
        call_off(studio, booking.model_copy(update={"version": booking.version - 1}))
    assert studio.claimed(booking)


def test_what_is_called_off_frees_everything_and_is_offered(studio: MemoryStudio) -> None:
    lamp = add_on(stock=1)
    studio.memory.state.add_ons[lamp.id] = lamp
    studio.memory.state.promo_codes["WINTER"] = promo_code()
    held = studio.sell(add_ons=[{"id": lamp.id, "quantity": 1}], promo_code="WINTER")

    after = call_off(studio, held)

    state = studio.memory.state
    assert (after.status, state.claims, state.add_ons_out, state.promo_uses) == ("cancelled", [], {}, {})
    assert [claim.owner_id for claim in studio.memory.freed.offered] == [held.id]
    assert studio.memory.freed.settled == [(held.id, "missed")]
    assert state.trail[held.id][-1].reason == "Ill"


def test_the_promo_code_of_what_was_paid_stays_used(studio: MemoryStudio) -> None:
    studio.memory.state.promo_codes["WINTER"] = promo_code()
    paid = studio.paid(promo_code="WINTER")

    call_off(studio, paid)

    assert studio.memory.state.promo_uses == {paid.id: "WINTER"}


@pytest.mark.parametrize(("percent", "back"), [(None, 120_000), (100, 200_000), (0, 0)])
def test_what_goes_back_is_by_the_terms_unless_staff_say(studio: MemoryStudio, percent: int | None, back: int) -> None:
    studio.memory.state.policy = Policy(refund_tiers=[RefundTier(hours_before=24, percent=60)])
    paid = studio.paid()
    # The terms of today do not count, those of the sale do.
    studio.memory.state.policy = Policy(refund_tiers=[])

    assert call_off(studio, paid, percent).refund_due.amount == back


def test_what_is_over_cannot_be_called_off(studio: MemoryStudio) -> None:
    gone = call_off(studio, studio.sell())

    with pytest.raises(InvalidTransitionError):
        call_off(studio, gone)


def test_a_closure_keeps_what_bookings_give_back(studio: MemoryStudio) -> None:
    held = studio.sell()

    with studio.memory.begin() as work:
        studio.sales.call_off(work, held, Cancellation(SYSTEM, "Paint"), ignore_freed)
        work.commit()

    assert studio.memory.freed.offered == []
    assert studio.memory.state.claims == []


def test_the_spaces_of_those_who_wait_are_locked_before_anything_is_given_back(studio: MemoryStudio) -> None:
    other = studio.add_hall()
    studio.memory.freed.spaces = frozenset({other.id})
    held = studio.sell()

    with studio.memory.begin() as work:
        studio.sales.call_off(work, held, Cancellation(SYSTEM, None))
        assert work.claims.locked == {studio.hall.id, other.id}


def test_several_end_at_once_and_are_offered_together(studio: MemoryStudio) -> None:
    first, second = studio.sell(), studio.sell(hour=3)

    with studio.memory.begin() as work:
        ends = [(one, one.model_copy(update={"status": "expired", "hold_expires_at": None})) for one in (first, second)]
        studio.sales.end_all(work, ends, "expire")
        work.commit()

    assert {claim.owner_id for claim in studio.memory.freed.offered} == {first.id, second.id}
    assert [studio.stored(one).status for one in (first, second)] == ["expired", "expired"]
    assert studio.events()[-2:] == ["booking.expired", "booking.expired"]
