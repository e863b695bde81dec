"""Each invariant notices when it is broken: a rule that nothing can break proves nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.extras import AddOnOrder, AddOnRequest, PromoCodeRequest
from shared_schemas.booking.halls import HallChanges
from shared_schemas.booking.waitlist import WaitlistRequest
from shared_schemas.common import Money
from tests.support.booking.invariants import RULES, broken, check
from tests.support.booking.studio import START, Studio
from tests.support.database import EngineFor, plain_engine

DROPPED = {"occupancy": "DROP CONSTRAINT occupancy_no_overlap", "bookings": "DROP CONSTRAINT bookings_money_check"}
# By rule: what is done to the database behind the service's back.
FAULTS = {
    "who is counted missed was missed": "INSERT INTO booking.customers (id, no_shows)"
    " SELECT gen_random_uuid(), 1",
    "no space is claimed twice, at any level of composition": "UPDATE booking.bookings SET during ="
    " (SELECT b.during FROM booking.bookings b JOIN booking.halls h ON h.id = b.hall_id AND cardinality(h.spaces) > 1)"
    " WHERE status = 'pending'",
    "parts are plain halls in the zone of the whole": "UPDATE booking.halls SET spaces ="
    " (SELECT spaces FROM booking.halls WHERE cardinality(spaces) > 1) WHERE cardinality(spaces) = 1",
    "no two claims of a hall overlap": "INSERT INTO booking.occupancy SELECT gen_random_uuid(), hall_id,"
    " tstzrange(lower(during), lower(during) + interval '1 minute'), 'booking' FROM booking.occupancy LIMIT 1",
    "every live booking claims its halls with their buffers": "UPDATE booking.occupancy"
    " SET during = tstzrange(lower(during) + interval '15 minutes', upper(during)) WHERE kind = 'booking'",
    "bookings claim nothing else": "UPDATE booking.bookings SET status = 'no_show' WHERE status = 'confirmed'",
    "every live booking claims at least its visit of halls that were changed": "UPDATE booking.occupancy"
    " SET during = tstzrange(lower(during) + interval '15 minutes', upper(during)) WHERE kind = 'booking'",
    "bookings claim no more of halls that were changed than their parts, and buffers of four hours":
    "UPDATE booking.occupancy SET during = tstzrange(lower(during), upper(during) + interval '5 hours')"
    " WHERE kind = 'booking'",
    "halls made of parts are claimed by their parts": "INSERT INTO booking.occupancy SELECT gen_random_uuid(), id,"
    " '[2026-12-09, 2026-12-10)', 'external' FROM booking.halls WHERE cardinality(spaces) > 1",
    "closed time belongs to a closure in force, or to its past, to its halls and to its occurrences":
    "UPDATE booking.occupancy SET kind = 'closure'",
    "busy time belongs to a calendar that is there, and to its hall": "UPDATE booking.occupancy SET kind = 'external'",
    "no more of an add-on is out than there is": "UPDATE booking.add_ons SET stock = 1",
    "every live booking has the add-ons it paid for": "DELETE FROM booking.add_on_claims",
    "add-ons are out for live bookings alone": "UPDATE booking.add_on_claims SET quantity = quantity + 1",
    "no promo code is used more often than it may be": "UPDATE booking.promo_codes"
    """ SET details = details || '{"max_uses": 0}'""",
    "no client uses a promo code more often than it may be": "UPDATE booking.promo_codes"
    """ SET details = details || '{"max_uses_per_client": 0}'""",
    "a use of a promo code is that of a booking which has the code": "UPDATE booking.promo_codes SET code = 'OTHER'",
    "every live booking with a promo code counts as a use": "DELETE FROM booking.promo_uses",
    "what a hold was paid that bought nothing goes back, all of it":
    "UPDATE booking.bookings SET paid = 1 WHERE status = 'expired'",
    "a hold waits for money exactly where some of its prepayment is missing":
    "UPDATE booking.bookings SET paid = prepayment WHERE status = 'pending'",
    "a code is free again where nothing was bought": "INSERT INTO booking.promo_uses"
    " SELECT b.id, p.id, b.customer_id FROM booking.promo_codes p, booking.bookings b WHERE b.status = 'expired'",
    "lines and adjustments add up to the total": "UPDATE booking.bookings SET total = total + 1",
    "every quarter of an hour of every hall has exactly one price": "UPDATE booking.bookings"
    " SET price = jsonb_set(price, '{lines}', price->'lines' || (price->'lines'->0))",
    "what is paid is the sum of the payments, less what went back of them": "INSERT INTO booking.refunds"
    " SELECT gen_random_uuid(), payment_id, booking_id, 1, now() FROM booking.payments",
    "no more is asked than the total, and no more goes back than was paid":
    "UPDATE booking.bookings SET prepayment = total + 1 WHERE status = 'confirmed'",
    "versions have no hole": "UPDATE booking.bookings SET version = version + 1 WHERE status = 'confirmed'",
    "each step begins where the one before it ended, and is one that may be taken":
    "UPDATE booking.transitions SET from_status = 'expired' WHERE action = 'cancel'",
    "the last step leads to the state of the booking": "UPDATE booking.bookings SET status = 'completed'"
    " WHERE status = 'confirmed'",
    "every step has exactly its event; a confirmation may tell of money that goes back as well":
    "DELETE FROM booking.outbox WHERE type = 'booking.cancelled'",
    "money that comes or goes later changes no state":
    "UPDATE booking.transitions SET action = 'pay' WHERE action = 'confirm'",
    "more than the total is kept only where the terms left it to the studio":
    "UPDATE booking.bookings SET paid = total + 1 WHERE status = 'confirmed'",
    "nothing is told that did not happen": "DELETE FROM booking.transitions WHERE action = 'expire'",
    "the first step is that a slot is held": "UPDATE booking.transitions SET action = 'confirm' WHERE version = 1",
    "an offer is a pending booking of who waited, for the slot waited for":
    "UPDATE booking.waitlist SET customer_id = gen_random_uuid()",
    "an entry has a booking exactly where it was offered one": "UPDATE booking.waitlist SET status = 'lapsed'",
    "accepted offers were confirmed, missed ones never": "UPDATE booking.waitlist SET status = 'accepted'",
    "every offer is told, once": "DELETE FROM booking.outbox WHERE type = 'waitlist.offered'",
}  # fmt: skip


@pytest.fixture(scope="module")
def studio(engine_for: EngineFor) -> Studio:
    """A little of everything: a composite hall, add-ons, a code, an offer, bookings that ended in several ways."""
    studio = Studio(engine_for("booking"))
    extras = studio.app.extras
    one, other = studio.hall(buffer_after_minutes=15), studio.hall()
    both = studio.hall(parts=[one.id, other.id])
    cellar = studio.hall()
    studio.halls.change(cellar.id, HallChanges(buffer_after_minutes=15))
    studio.paid(cellar, START + timedelta(days=4))
    light = extras.add_add_on(AddOnRequest(name="Light", unit="unit", price=Money(amount=400), stock=3), None)
    extras.add_promo_code(PromoCodeRequest(code="MANY", percent=10, max_uses=9, max_uses_per_client=9), None)
    ordered = [AddOnOrder(id=light.id, quantity=2)]
    studio.paid(both, add_ons=ordered, promo_code="MANY")
    studio.book(one, START + timedelta(days=1), also_hall_ids=[other.id], promo_code="MANY")
    ended = studio.paid(one, START + timedelta(days=2))
    wanted = studio.request(one, START + timedelta(days=2)).model_dump(include=set(WaitlistRequest.model_fields))
    studio.waitlist.join(WaitlistRequest.model_validate(wanted), studio.customer, None)
    studio.bookings.cancel(ended.id, CancelRequest(), studio.customer, None)
    lost = studio.book(other, START + timedelta(days=3))
    studio.clock.advance(minutes=31)
    studio.bookings.expire_holds()
    assert studio.bookings.get(lost.id, studio.customer).status == "expired"
    return studio


@pytest.fixture
def connection(database: URL, studio: Studio) -> Iterator[Connection]:
    """As the administrator, in a transaction that is never committed, and without the constraint on overlaps."""
    engine = plain_engine(database)
    with engine.connect() as connection:
        for table in ("occupancy", "bookings"):
            connection.execute(text(f"ALTER TABLE booking.{table} {DROPPED[table]}"))
        yield connection
    engine.dispose()


def test_what_the_service_made_breaks_nothing(studio: Studio) -> None:
    check(studio.engine)


@pytest.mark.parametrize("rule", RULES)
def test_a_fault_is_noticed(connection: Connection, rule: str) -> None:
    assert connection.execute(text(FAULTS[rule])).rowcount > 0

    assert [line for line in broken(connection) if line.startswith(rule)]
