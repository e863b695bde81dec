"""What there is only so much of: add-ons in stock, uses of promo codes; also when many want the last one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text

from booking.extras.errors import AddOnOutOfStockError, PromoCodeClientLimitError, PromoCodeUsedUpError
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest
from shared_schemas.booking.extras import AddOn, AddOnOrder, AddOnRequest, PromoCode, PromoCodeRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from tests.support.booking.prices import money
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.database import EngineFor
from tests.support.waiting import PATIENCE_SECONDS

RACERS = 8
HOUR = timedelta(hours=1)
OUT = text(
    "SELECT coalesce(sum(quantity), 0) FROM booking.add_on_claims"
    " WHERE add_on_id = :id AND during && tstzrange(:start, :end)"
)


@pytest.fixture(scope="module")
def rivals(engine_for: EngineFor) -> list[Studio]:
    """Each with connections of its own."""
    return [Studio(engine_for("booking")) for _ in range(RACERS)]


def chairs(studio: Studio, stock: int | None) -> AddOn:
    request = AddOnRequest(name=f"Chair {uuid4()}", unit="unit", price=money(10_000), stock=stock)
    return studio.app.extras.add_add_on(request, None)


def code(studio: Studio, **limits: int) -> PromoCode:
    request = PromoCodeRequest.model_validate({"code": f"C{uuid4().hex[:8]}", "percent": 10, **limits})
    return studio.app.extras.add_promo_code(request, None)


def order(add_on: AddOn, quantity: int) -> list[AddOnOrder]:
    return [AddOnOrder(id=add_on.id, quantity=quantity)]


def uses(studio: Studio, promo: PromoCode) -> int:
    with studio.work() as work:
        return work.promo_codes.get(promo.id).uses


def client() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def cancel(studio: Studio, booking: Booking) -> None:
    studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None)


def left(studio: Studio, add_on: AddOn, *moments: datetime) -> list[int]:
    """How many of a thing can still be had in the hour that begins at each of the moments."""
    hours = [{"id": add_on.id, "start": moment, "end": moment + HOUR} for moment in moments]
    with studio.engine.connect() as connection:
        return [(add_on.stock or 0) - int(connection.execute(OUT, hour).scalar_one()) for hour in hours]


def test_no_more_add_ons_are_out_than_there_are(studio: Studio) -> None:
    one, other, chair = studio.hall(), studio.hall(), chairs(studio, 5)
    studio.book(one, hours=2, add_ons=order(chair, 3))

    with pytest.raises(AddOnOutOfStockError) as caught:
        studio.book(other, START + timedelta(hours=1), add_ons=order(chair, 3))

    assert caught.value.params == {"add_on_id": str(chair.id), "name": chair.name, "available": 2}
    assert studio.claims(other) == 0
    studio.book(other, START + timedelta(hours=1), add_ons=order(chair, 2))


def test_what_one_visit_gives_back_the_next_takes(studio: Studio) -> None:
    one, other, chair = studio.hall(), studio.hall(), chairs(studio, 5)
    studio.book(one, hours=2, add_ons=order(chair, 5))

    studio.book(other, START + timedelta(hours=2), add_ons=order(chair, 5))
    studio.book(other, START - timedelta(hours=2), add_ons=order(chair, 5))

    assert left(studio, chair, *(START + timedelta(hours=hours) for hours in (-2, 0, 2, 4))) == [0, 0, 0, 5]


def test_the_busiest_moment_counts_not_the_sum(studio: Studio) -> None:
    halls, chair = [studio.hall() for _ in range(3)], chairs(studio, 5)
    studio.book(halls[0], START, hours=2, add_ons=order(chair, 3))
    studio.book(halls[1], START + timedelta(hours=2), hours=2, add_ons=order(chair, 3))

    studio.book(halls[2], START, hours=4, add_ons=order(chair, 2))
    with pytest.raises(AddOnOutOfStockError):
        studio.book(studio.hall(), START, hours=4, add_ons=order(chair, 1))


def test_an_add_on_without_a_stock_never_runs_out(studio: Studio) -> None:
    chair = chairs(studio, None)

    for _ in range(2):
        booked = studio.book(studio.hall(), add_ons=order(chair, 1000))
        assert [(line.id, line.quantity) for line in booked.add_ons] == [(chair.id, 1000)]


def test_a_booking_that_ends_gives_its_add_ons_back(studio: Studio) -> None:
    hall, chair = studio.hall(), chairs(studio, 5)

    booking = studio.book(hall, add_ons=order(chair, 5))
    assert left(studio, chair, START) == [0]
    cancel(studio, booking)
    assert left(studio, chair, START) == [5]
    studio.book(hall, add_ons=order(chair, 5))
    assert left(studio, chair, START) == [0]
    studio.clock.advance(minutes=16)
    studio.bookings.expire_holds()

    assert left(studio, chair, START) == [5]


def test_an_order_can_change_its_add_ons(studio: Studio) -> None:
    one, chair = studio.hall(), chairs(studio, 5)
    booking = studio.book(one, add_ons=order(chair, 3))

    more = studio.changes.amend(booking.id, AmendRequest(add_ons=order(chair, 5)), studio.customer, None)
    with pytest.raises(AddOnOutOfStockError):
        studio.book(studio.hall(), add_ons=order(chair, 1))
    none = studio.changes.amend(booking.id, AmendRequest(add_ons=[]), studio.customer, None)

    assert [found.total.amount for found in (booking, more, none)] == [430_000, 450_000, 400_000]
    studio.book(studio.hall(), add_ons=order(chair, 5))


def test_a_longer_visit_needs_its_add_ons_longer(studio: Studio) -> None:
    one, other, chair = studio.hall(), studio.hall(), chairs(studio, 5)
    booking = studio.book(one, hours=2, add_ons=order(chair, 3))
    studio.book(other, START + timedelta(hours=2), add_ons=order(chair, 3))

    with pytest.raises(AddOnOutOfStockError):
        studio.changes.extend(booking.id, ExtendRequest(minutes=15), studio.customer, None)

    assert studio.bookings.get(booking.id, studio.customer) == booking


def test_a_promo_code_is_used_as_often_as_allowed(studio: Studio) -> None:
    hall, promo = studio.hall(), code(studio, max_uses=1)

    booking = studio.book(hall, promo_code=promo.code.lower())
    with pytest.raises(PromoCodeUsedUpError):
        studio.book(studio.hall(), promo_code=promo.code, caller=client())

    assert (booking.total.amount, booking.promo_code) == (360_000, promo.code)
    assert uses(studio, promo) == 1


def test_a_client_uses_a_promo_code_as_often_as_allowed(studio: Studio) -> None:
    promo = code(studio, max_uses_per_client=1)
    studio.book(studio.hall(), promo_code=promo.code)

    with pytest.raises(PromoCodeClientLimitError) as caught:
        studio.book(studio.hall(), promo_code=promo.code)

    assert caught.value.params == {"promo_code": promo.code, "max": 1}
    studio.book(studio.hall(), promo_code=promo.code, caller=client())
    assert uses(studio, promo) == 2


def test_a_use_that_was_never_paid_for_is_free_again(studio: Studio) -> None:
    hall, promo = studio.hall(), code(studio, max_uses=1)

    cancel(studio, studio.book(hall, promo_code=promo.code))
    studio.book(hall, promo_code=promo.code)
    studio.clock.advance(minutes=16)
    studio.bookings.expire_holds()

    assert uses(studio, promo) == 0
    cancel(studio, studio.paid(hall, promo_code=promo.code))
    assert uses(studio, promo) == 1


def race(rivals: list[Studio], book: Callable[[Studio, int], Booking]) -> Counter[str]:
    """All at once, in threads; what each of them got."""
    barrier = Barrier(len(rivals), timeout=PATIENCE_SECONDS)

    def run(number: int) -> str:
        barrier.wait()
        try:
            book(rivals[number], number)
        except CycloramaError as error:
            return error.code
        return "booked"

    with ThreadPoolExecutor(len(rivals)) as pool:
        return Counter(pool.map(run, range(len(rivals))))


@pytest.mark.parametrize("attempt", range(3))
def test_the_last_uses_of_a_promo_code_are_used_once_each(studio: Studio, rivals: list[Studio], attempt: int) -> None:
    halls, promo = [studio.hall() for _ in rivals], code(studio, max_uses=3)

    got = race(rivals, lambda rival, number: rival.book(halls[number], promo_code=promo.code))

    assert got == {"booked": 3, "promo_code_used_up": RACERS - 3}
    assert uses(studio, promo) == 3
    assert sum(studio.claims(hall) for hall in halls) == 3


@pytest.mark.parametrize("attempt", range(3))
def test_one_client_in_many_tabs_keeps_to_the_limit(studio: Studio, rivals: list[Studio], attempt: int) -> None:
    halls, promo, person = [studio.hall() for _ in rivals], code(studio, max_uses_per_client=2), client()

    got = race(rivals, lambda rival, number: rival.book(halls[number], promo_code=promo.code, caller=person))

    assert got == {"booked": 2, "promo_code_client_limit": RACERS - 2}
    assert uses(studio, promo) == 2


@pytest.mark.parametrize("attempt", range(3))
def test_the_last_of_the_stock_is_rented_once(studio: Studio, rivals: list[Studio], attempt: int) -> None:
    halls, chair, lamp = [studio.hall() for _ in rivals], chairs(studio, 7), chairs(studio, 100)
    # Named in both orders, so that whoever locks as named meets the other halfway.
    orders = [order(chair, 2) + order(lamp, 1), order(lamp, 1) + order(chair, 2)]

    got = race(rivals, lambda rival, number: rival.book(halls[number], add_ons=orders[number % 2]))

    assert got == {"booked": 3, "add_on_out_of_stock": RACERS - 3}
    with studio.engine.connect() as connection:
        out = text("SELECT sum(quantity) FROM booking.add_on_claims WHERE add_on_id = :id")
        assert connection.execute(out, {"id": chair.id}).scalar_one() == 6
