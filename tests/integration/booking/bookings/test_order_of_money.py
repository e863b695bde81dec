"""Messages of money that cross with changes of their booking: the order in which they come decides over nothing."""

import random
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from booking.bookings.errors import InvalidTransitionError, PaymentNotCollectedError
from shared_schemas.booking.bookings import Booking, ConfirmRequest, ReasonRequest
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.groups import GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.booking.prices import HeadcountRule, TariffVersionRequest
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingBalanceChanged
from shared_schemas.events.payments import PaymentRefunded
from tests.support.booking.studio import INTEGRATION, MANAGER, START, Studio
from tests.support.chance import seed

HOUR = timedelta(hours=1)
LATER = START + timedelta(days=9)
# Two hours cost 4000 rubles, half of it in advance.
pytestmark = pytest.mark.usefixtures("books_in_order")


def shorten(studio: Studio, booking: Booking, hours: int = 1) -> Booking:
    request = RescheduleRequest(start=booking.start, end=booking.start + hours * HOUR)
    return studio.changes.reschedule(booking.id, request, MANAGER, None)


def figures(booking: Booking) -> tuple[str, int, int]:
    return booking.status, booking.paid.amount, booking.refund_due.amount


def told(studio: Studio) -> list[int]:
    """What the events promise to give back, in kopecks."""
    back = [getattr(envelope.payload(), "refund", None) for envelope in studio.broker.taken]
    return [money.amount for money in back if money and money.amount]


def submitted_and_shortened(studio: Studio) -> Booking:
    booking = studio.book(studio.hall(), LATER)
    shorten(studio, booking)
    return studio.pay(booking, uuid4(), 400_000)


def paid_and_shortened(studio: Studio) -> Booking:
    return shorten(studio, studio.pay(studio.book(studio.hall(), LATER), uuid4(), 400_000))


@pytest.mark.parametrize("ways", [submitted_and_shortened, paid_and_shortened])
def test_who_paid_for_more_than_the_visit_came_to_gets_it_back(
    studio: Studio, ways: Callable[[Studio], Booking]
) -> None:
    assert figures(ways(studio)) == ("confirmed", 400_000, 200_000)
    assert told(studio) == [200_000]


def test_a_balance_that_was_on_its_way_when_the_visit_got_shorter_goes_back(studio: Studio) -> None:
    booking = shorten(studio, studio.paid(studio.hall(), LATER))
    balance = uuid4()
    for _ in range(2):
        assert figures(studio.pay(booking, balance, 200_000)) == ("confirmed", 400_000, 200_000)
    (news,) = [e.payload() for e in studio.broker.taken if e.type == "booking.balance_changed"]
    assert isinstance(news, BookingBalanceChanged)
    assert (news.refund, news.paid, news.refund_due) == (
        Money(amount=200_000), Money(amount=400_000), Money(amount=200_000),
    )  # fmt: skip


def test_two_balances_that_cross_leave_one(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), LATER)
    for _ in range(2):
        after = studio.pay(booking, uuid4(), 200_000)
    assert figures(after) == ("confirmed", 600_000, 200_000)


def test_a_payment_that_crossed_with_a_cheaper_shift_of_the_series(studio: Studio) -> None:
    hall = studio.hall()
    studio.tariff(hall, amount=100_000, priority=1, weekdays=[(LATER + timedelta(days=1)).isoweekday()])
    groups = studio.app.groups
    item = GroupItem(hall_id=hall.id, start=LATER, end=LATER + 2 * HOUR)
    (booking,) = groups.create(GroupRequest(items=[item]), studio.customer, None).bookings
    studio.pay(booking, uuid4())
    groups.shift(booking.group_id or uuid4(), GroupShiftRequest(minutes=24 * 60), MANAGER, None)
    assert figures(studio.pay(booking, uuid4(), 200_000)) == ("confirmed", 400_000, 200_000)


def test_a_payment_that_crossed_with_a_smaller_head_count(studio: Studio) -> None:
    hall = studio.hall()
    rules = [HeadcountRule(hall_id=hall.id, from_people=3, percent=50)]
    studio.prices.activate(studio.prices.draft(TariffVersionRequest(headcount=rules), MANAGER, None).number)
    booking = studio.book(hall, LATER, people=4)
    studio.changes.amend(booking.id, AmendRequest(people=2), studio.customer, None)
    assert figures(studio.pay(booking, uuid4(), 600_000)) == ("confirmed", 600_000, 200_000)


@pytest.mark.parametrize("ended", ["completed", "no_show"])
def test_what_comes_beyond_the_price_after_the_visit_goes_back(studio: Studio, ended: str) -> None:
    booking = studio.paid(studio.hall())
    studio.clock.advance(hours=(START - studio.clock.now()) / HOUR)
    close = studio.visits.complete if ended == "completed" else studio.visits.no_show
    close(booking.id, ReasonRequest(), MANAGER)
    assert figures(studio.pay(booking, uuid4(), 250_000)) == (ended, 450_000, 50_000)


def test_a_refund_on_its_way_does_not_count_for_what_is_paid_then(studio: Studio) -> None:
    booking = paid_and_shortened(studio)
    studio.changes.extend(booking.id, ExtendRequest(minutes=60), MANAGER, None)
    assert figures(studio.pay(booking, uuid4(), 200_000)) == ("confirmed", 600_000, 200_000)


@pytest.mark.parametrize("first", ["payment", "refund"])
def test_an_excess_that_the_payment_service_returns_is_not_promised_twice(studio: Studio, first: str) -> None:
    booking, payment_id = studio.paid(studio.hall(), LATER), uuid4()
    studio.till.returning = 200_000
    acts: dict[str, Callable[[], object]] = {
        "payment": lambda: studio.pay(booking, payment_id, 400_000),
        "refund": lambda: note(studio, booking, payment_id, 200_000),
    }
    for name in sorted(acts, key=lambda name: name != first):
        acts[name]()
    after = studio.bookings.get(booking.id, MANAGER)
    assert (figures(after), after.refunded.amount, told(studio)) == (("confirmed", 400_000, 0), 200_000, [])


def test_nobody_confirms_with_money_that_never_came(studio: Studio) -> None:
    """Not even Integration: the payment service is asked for the payment, its booking and its amount."""
    mine, other = studio.book(studio.hall(), LATER), studio.book(studio.hall(), LATER)
    known, paid = uuid4(), mine.prepayment
    studio.till.takes(other.id, ConfirmRequest(payment_id=known, paid=paid))
    invented = ConfirmRequest(payment_id=uuid4(), paid=paid)
    for caller in (INTEGRATION, MANAGER):
        with pytest.raises(PaymentNotCollectedError):
            studio.app.bookings.confirm(mine.id, invented, caller)
        with pytest.raises(PaymentNotCollectedError):
            studio.bookings.confirm(mine.id, ConfirmRequest(payment_id=known, paid=paid), caller)
        with pytest.raises(PaymentNotCollectedError):
            studio.bookings.confirm(other.id, ConfirmRequest(payment_id=known, paid=Money(amount=400_000)), caller)
    assert studio.bookings.get(mine.id, MANAGER).status == "pending"


def note(studio: Studio, booking: Booking, payment_id: UUID, amount: int) -> None:
    event = PaymentRefunded(
        payment_id=payment_id, booking_id=booking.id, customer_id=booking.customer_id, provider="yookassa",
        amount=Money(amount=amount), refund_id=uuid4(),
    )  # fmt: skip
    for event_id in [uuid4()] * 2:
        studio.app.refunds.note(event_id, event)


class Crossing:
    """A booking of four hours, 8000 rubles, half of it paid; then everything at once."""

    def __init__(self, studio: Studio, start: timedelta) -> None:
        self.studio = studio
        self.broker_at = len(studio.broker.taken)
        self.first, self.balance = uuid4(), uuid4()
        self.booking = studio.book(studio.hall(), LATER + start, hours=4)
        self.left = {self.first: 400_000, self.balance: 0}

    def prepaid(self) -> None:
        self.studio.pay(self.booking, self.first, 400_000)

    def pays(self) -> None:
        for _ in range(2):
            try:
                self.studio.pay(self.booking, self.balance, 400_000)
                self.left[self.balance] = 400_000
            except InvalidTransitionError:
                """The payment service gives all of it back."""

    def shortens(self) -> None:
        self._may(lambda: self.studio.changes.reschedule(self.booking.id, self._slot(-2), MANAGER, None))

    def moves(self) -> None:
        self._may(lambda: self.studio.changes.reschedule(self.booking.id, self._slot(0), MANAGER, None))

    def cancels(self) -> None:
        self.studio.bookings.cancel(self.booking.id, CancelRequest(), self.studio.customer, None)

    def refunds(self) -> None:
        """The payment service carries out what was promised so far, of what is left of the newest payment first."""
        envelopes = self.studio.broker.taken[self.broker_at :]
        self.broker_at += len(envelopes)
        for event in (envelope.payload() for envelope in envelopes):
            wanted = getattr(event, "refund", None)
            mine = getattr(event, "booking_id", None) == self.booking.id
            missing = wanted.amount if wanted and mine else 0
            for payment_id in (self.balance, self.first):
                part = min(missing, self.left[payment_id])
                if part:
                    note(self.studio, self.booking, payment_id, part)
                    self.left[payment_id] -= part
                    missing -= part
            assert not missing

    def end(self) -> tuple[str, int, int]:
        self.refunds()
        return figures(self.studio.bookings.get(self.booking.id, MANAGER))

    def _slot(self, later: int) -> RescheduleRequest:
        now = self.studio.bookings.get(self.booking.id, MANAGER)
        hours = (now.end - now.start) / HOUR + later
        start = now.start + (0 if later else 1) * HOUR
        return RescheduleRequest(start=start, end=start + hours * HOUR, override_reason="as often as it takes")

    def _may(self, act: Callable[[], Booking]) -> None:
        try:
            act()
        except InvalidTransitionError:
            """It was called off before."""


def test_in_whatever_order_it_all_comes_the_end_is_the_same(studio: Studio) -> None:
    chance = random.Random(seed())
    orders = list(permutations(("pays", "shortens", "moves", "refunds")))
    called_off = list(permutations(("pays", "shortens", "cancels", "refunds")))
    for day, steps in enumerate([*chance.sample(orders, 8), *chance.sample(called_off, 8)]):
        crossing = Crossing(studio, timedelta(days=day))
        crossing.prepaid()
        for step in steps:
            getattr(crossing, step)()
        expected = ("cancelled", 0, 0) if "cancels" in steps else ("confirmed", 400_000, 0)
        assert crossing.end() == expected, steps
