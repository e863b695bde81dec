"""Money that comes and goes in any order, repeated: what stays and what goes back is the same in the end."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from booking.bookings.domain.balance import given_back, going_back, with_payment
from booking.bookings.domain.booking import Order, changed, hold, move, retained
from booking.bookings.domain.changes import refund_after
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.prices import Price
from shared_schemas.common import Money
from tests.support.booking.made import NOW, hall

LATER = NOW + timedelta(days=30)
START = 400_000


def confirmed(total: int = START, paid: int = 0) -> Booking:
    slot = TimeRange(LATER, LATER + timedelta(hours=2))
    price = Price(lines=[], total=Money(amount=total), prepayment=Money(amount=0), tariff_version=1)
    held = hold([hall()], slot, 2, price, Order(customer_id=uuid4(), now=NOW, minutes=15, flow_id="f", terms=Policy()))
    return move(held, "confirmed", paid=Money(amount=paid))


@dataclass
class Story:
    """A booking and its payment service: what is promised goes back of a payment that has been counted, and the news
    of that arrives whenever it is delivered. Everything arrives twice."""

    booking: Booking = field(default_factory=confirmed)
    counted: set[UUID] = field(default_factory=set)
    noted: set[UUID] = field(default_factory=set)
    news: list[tuple[UUID, int]] = field(default_factory=list)
    received: int = 0
    returned: int = 0

    def pay(self, amount: int) -> None:
        payment_id = uuid4()
        for _ in range(2):
            if self.booking.status == "cancelled":
                self.received, self.returned = self.received + amount, self.returned + amount
                return
            if payment_id not in self.counted:
                self.counted.add(payment_id)
                self.booking, promised = with_payment(self.booking, amount, NOW)
                self.received += amount
                self._promise(promised)
        self.check()

    def reprice(self, delta: int) -> None:
        if self.booking.status == "cancelled":
            return
        before, total = self.booking, max(self.booking.total.amount + delta, 0)
        back = refund_after(before, total, NOW)
        self.booking = changed(before, total=Money(amount=total), **back)
        self._promise(back["refund_due"].amount - before.refund_due.amount)
        self.check()

    def cancel(self) -> None:
        if self.booking.status == "cancelled":
            return
        before = self.booking
        self.booking = move(before, "cancelled", **going_back(before, NOW, 0))
        self._promise(self.booking.refund_due.amount - before.refund_due.amount)

    def deliver(self, chance: random.Random | None = None) -> None:
        """The news of one refund."""
        if self.news:
            refund_id, amount = self.news.pop(chance.randrange(len(self.news)) if chance else 0)
            if refund_id not in self.noted:
                self.noted.add(refund_id)
                self.booking = given_back(self.booking, amount)

    def end(self) -> tuple[int, int, int]:
        while self.news:
            self.deliver()
        return retained(self.booking), self.booking.refund_due.amount, self.received - self.returned

    def check(self) -> None:
        assert retained(self.booking) <= self.booking.total.amount, "more is kept than the booking costs"

    def _promise(self, amount: int) -> None:
        assert amount >= 0, "a promise was taken back"
        if amount:
            self.news += [(refund_id := uuid4(), amount), (refund_id, amount)]
            self.returned += amount


@pytest.mark.parametrize("order", list(permutations(("pay", "shorten"))))
def test_overpayment_goes_back_whether_it_was_paid_before_the_visit_got_shorter_or_after(
    order: tuple[str, ...],
) -> None:
    story = Story(confirmed(200_000))
    for step in order:
        story.pay(200_000) if step == "pay" else story.reprice(-100_000)
    assert (story.booking.paid.amount, story.booking.refund_due.amount) == (200_000, 100_000)
    assert story.end() == (100_000, 0, 100_000)


steps = st.one_of(
    st.tuples(st.just("pay"), st.integers(1, 300_000)),
    st.tuples(st.just("reprice"), st.integers(-300_000, -1)),
    st.tuples(st.just("cancel"), st.just(0)),
)


def told(order: list[tuple[str, int]], chance: random.Random) -> Story:
    story = Story()
    for kind, amount in order:
        getattr(story, kind)(*([] if kind == "cancel" else [amount]))
        if chance.random() < 0.5:
            story.deliver(chance)
    return story


@given(st.lists(steps, min_size=2, max_size=8), st.integers(0, 2**32))
def test_any_order_of_payments_shortenings_and_cancellations_ends_in_the_same_balance(
    deeds: list[tuple[str, int]], seed: int
) -> None:
    chance = random.Random(seed)
    note(f"seed {seed}")
    cancelled = any(kind == "cancel" for kind, _ in deeds)
    total = 0 if cancelled else max(START + sum(amount for kind, amount in deeds if kind == "reprice"), 0)
    paid = sum(amount for kind, amount in deeds if kind == "pay")
    for _ in range(6):
        ends = told(chance.sample(deeds, len(deeds)), chance).end()
        assert ends == (min(paid, total), 0, min(paid, total))


@given(st.lists(st.one_of(steps, st.tuples(st.just("reprice"), st.integers(1, 300_000))), max_size=8), st.integers())
def test_whatever_happened_the_client_has_paid_the_price_once_the_rest_is_paid(
    deeds: list[tuple[str, int]], seed: int
) -> None:
    """With dearer moves between them, money may have gone back that is owed again: the sums still agree."""
    note(f"seed {seed}")
    deeds = [deed for deed in deeds if deed[0] != "cancel"]
    chance = random.Random(seed)
    for _ in range(4):
        story = told(chance.sample(deeds, len(deeds)), chance)
        total = story.booking.total.amount
        if (rest := total - retained(story.booking)) > 0:
            story.pay(rest)
        assert story.end() == (total, 0, total)


def test_what_the_terms_left_to_the_studio_stays_when_more_comes() -> None:
    """Half of what was paid beyond the price stayed, for the visit got smaller too late; that is no prepayment."""
    before = changed(confirmed(100_000, paid=200_000), refund_due=Money(amount=50_000))
    after, promised = with_payment(before, 30_000, NOW)
    assert (retained(after), promised) == (150_000, 30_000)


def test_what_the_payment_service_gives_back_by_itself_is_not_promised_again() -> None:
    before = confirmed(200_000, paid=100_000)
    counted, promised = with_payment(before, 200_000, NOW, returning=100_000)
    assert (promised, counted.paid.amount, counted.refund_due.amount) == (0, 300_000, 100_000)
    after = given_back(counted, 100_000, 100_000, NOW)
    assert (after.paid.amount, after.refund_due.amount, after.refunded.amount) == (200_000, 0, 100_000)


def test_no_more_of_a_payment_is_promised_than_came() -> None:
    after, told = with_payment(confirmed(), 100, NOW, returning=150)

    assert (after.paid.amount, after.refund_due.amount, told) == (100, 100, 0)
