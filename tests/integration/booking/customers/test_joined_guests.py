"""Guests who turn out to be somebody with an account: everything here becomes the account's."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from booking import consumers
from booking.bookings.errors import TooManyHoldsError
from booking.customers.errors import CustomerBlockedError
from booking.customers.service import Customers
from core.identity import Identity
from shared_schemas.booking.bookings import BookingsQuery, NewBooking
from shared_schemas.booking.customers import BlockRequest, NoteRequest, PrepaymentRequest
from shared_schemas.booking.extras import PromoCodeRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.terms import HOUR
from tests.support.guests import guest
from tests.support.samples import envelope, sample
from tests.support.system.environment import Context

pytestmark = pytest.mark.usefixtures("default_policy", "served")
JOINED = envelope("sqs_account_joined").data
ACCOUNT, GUEST = UUID(JOINED["account_id"]), UUID(JOINED["guest_ids"][0])


@pytest.fixture
def customers(studio: Studio) -> Customers:
    return studio.app.customers


def book(studio: Studio, hours: float = 0, **order: Any) -> NewBooking:
    who = guest()
    request = studio.request(studio.hall(), START + hours * HOUR, guest=who, **order)
    return studio.app.guest_bookings.create(request, who, None, None, "ru")


def account() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def test_the_sample_of_a_joining_is_taken_once(customers: Customers) -> None:
    customers.add_note(GUEST, NoteRequest(text="Likes the white hall"), MANAGER, None)
    for _ in range(2):
        assert consumers.forget_customers(sample("sqs_account_joined"), Context()) == {"batchItemFailures": []}
    assert [note.text for note in customers.get(ACCOUNT).notes] == ["Likes the white hall"]
    assert customers.get(GUEST).notes == []


def test_what_guests_booked_is_the_accounts(studio: Studio, customers: Customers) -> None:
    made, me = [book(studio), book(studio)], account()
    other = book(studio)
    customers.join(uuid4(), me.user_id, [each.customer_id for each in made])

    mine = studio.bookings.page(BookingsQuery(), me).data
    assert {each.id for each in mine} == {each.id for each in made}
    assert studio.bookings.get(made[0].id, me).customer_id == me.user_id
    assert studio.bookings.get(other.id, MANAGER).customer_id == other.customer_id


def test_what_a_guest_holds_counts_for_the_account_once_it_is_its_own(studio: Studio, customers: Customers) -> None:
    studio.policies.replace(PolicyRequest(max_unpaid_holds=1), MANAGER)
    held, me = book(studio), account()
    customers.join(uuid4(), me.user_id, [held.customer_id])
    with pytest.raises(TooManyHoldsError):
        studio.book(studio.hall(), caller=me)
    # And no longer for the number, which others may have written down.
    assert book(studio).status == "pending"


def test_what_is_known_of_guests_adds_up(studio: Studio, customers: Customers) -> None:
    me, first, second = account(), uuid4(), uuid4()
    with studio.work() as work:
        for who, percent in ((me.user_id, 60), (first, 80), (second, 70)):
            work.customers.add_no_show(UUID(int=percent), who, percent, studio.clock.now())
        work.commit()
    event_id = uuid4()
    for _ in range(2):
        customers.join(event_id, me.user_id, [first, second])
    known = customers.get(me.user_id)
    assert (known.no_shows, known.prepayment_percent, known.blocked_at) == (3, 80, None)
    assert customers.get(first).no_shows == 0
    with studio.work() as work:
        work.customers.remove_no_show(UUID(int=80), me.user_id)
        work.commit()
    # Of shares that came together nobody can tell what one no-show did.
    known = customers.get(me.user_id)
    assert (known.no_shows, known.prepayment_percent) == (2, 80)


def test_a_block_of_a_guest_is_one_of_the_account(studio: Studio, customers: Customers) -> None:
    me, blocked = account(), uuid4()
    customers.set_prepayment(me.user_id, PrepaymentRequest(percent=30))
    customers.block(blocked, BlockRequest(reason="Broke a lamp"))
    customers.join(uuid4(), me.user_id, [blocked])
    known = customers.get(me.user_id)
    assert (known.block_reason, known.prepayment_percent) == ("Broke a lamp", 30)
    with pytest.raises(CustomerBlockedError):
        studio.book(studio.hall(), caller=me)


def test_rules_that_a_guest_accepted_the_account_did(studio: Studio, customers: Customers) -> None:
    made, me = book(studio, rules_version="2026-01"), account()
    customers.join(uuid4(), me.user_id, [made.customer_id])
    assert [each.version for each in customers.get(me.user_id).acceptances] == ["2026-01"]


def test_the_uses_of_a_promo_code_go_along(studio: Studio, customers: Customers, engine: Engine) -> None:
    code = f"JOIN{uuid4().hex[:6]}".upper()
    promo = {"code": code, "percent": 10, "max_uses_per_client": 1}
    studio.app.extras.add_promo_code(PromoCodeRequest.model_validate(promo), None)
    made, me = book(studio, promo_code=code), account()
    customers.join(uuid4(), me.user_id, [made.customer_id])
    with engine.connect() as connection:
        query = text("SELECT customer_id FROM booking.promo_uses WHERE booking_id = :id")
        assert connection.execute(query, {"id": made.id}).scalar_one() == me.user_id


def test_a_change_that_was_on_its_way_leaves_the_account_its_booking(studio: Studio, customers: Customers) -> None:
    made, me = book(studio), account()
    with studio.work() as work:
        before = work.bookings.get(made.id)
    customers.join(uuid4(), me.user_id, [made.customer_id])
    with studio.work() as work:
        work.bookings.update(before, before.model_copy(update={"version": before.version + 1, "comment": "Late"}))
        work.commit()
    after = studio.bookings.get(made.id, me)
    assert (after.comment, after.customer_id) == ("Late", me.user_id)
