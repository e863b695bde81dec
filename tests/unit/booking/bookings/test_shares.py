"""What events tell of a price."""

from booking.bookings.domain.booking import Order, event, hold
from booking.bookings.domain.shares import promo_discount, tariff_shares
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.prices import Price, PriceAdjustment, QuoteLine
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCreated
from tests.support.booking.made import NOW, hall
from tests.support.booking.prices import slot

HALL, OTHER = hall(), hall()


def line(place: object, tariff: str, hours: int, amount: int) -> QuoteLine:
    when = slot(hours)
    return QuoteLine.model_validate(
        {"hall_id": place, "start": when.start, "end": when.end, "tariff_id": HALL.id, "tariff_name": tariff,
         "price_per_hour": Money(amount=4), "amount": Money(amount=amount)}
    )  # fmt: skip


def price(**changes: object) -> Price:
    nothing = {"lines": [], "total": Money(amount=0), "prepayment": Money(amount=0), "tariff_version": 1}
    return Price.model_validate(nothing | changes)


def test_lines_of_one_hall_and_tariff_are_told_as_one() -> None:
    lines = [line(HALL.id, "Day", 1, 100), line(HALL.id, "Evening", 2, 400), line(HALL.id, "Day", 3, 300),
             line(OTHER.id, "Day", 6, 50)]  # fmt: skip

    found = [(s.hall_id, s.tariff, s.minutes, s.amount.amount) for s in tariff_shares(price(lines=lines))]

    assert found == [(HALL.id, "Day", 240, 400), (HALL.id, "Evening", 120, 400), (OTHER.id, "Day", 360, 50)]


def test_a_promo_codes_discount_is_told_and_no_other() -> None:
    taken = [
        PriceAdjustment.model_validate({"kind": kind, "name": "x", "amount": {"amount": amount}})
        for kind, amount in (("duration", -7), ("promo_code", -30))
    ]
    assert promo_discount(price(adjustments=taken, promo_code="SPRING")) == Money(amount=30)
    assert promo_discount(price(adjustments=taken[:1])) is None


def test_an_event_of_a_booking_carries_all_of_it() -> None:
    sold = price(lines=[line(HALL.id, "Day", 1, 100)], promo_code="SPRING")
    made = hold(
        [HALL, OTHER],
        slot(1),
        1,
        sold,
        Order(customer_id=HALL.id, now=NOW, minutes=15, flow_id="f", terms=Policy(version=1)),
    )

    told = event(BookingCreated, made)

    assert (told.also_hall_ids, told.promo_code) == ([OTHER.id], "SPRING")
    assert (told.tariffs, told.promo_discount) == (tariff_shares(sold), Money(amount=0))
