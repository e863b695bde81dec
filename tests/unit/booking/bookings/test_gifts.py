"""What staff give away while a visit changes: whenever the booking hears of it, the same goes back in the end."""

import random
from datetime import datetime, timedelta

from hypothesis import given, note
from hypothesis import strategies as st

from booking.bookings.domain.balance import given_back, going_back
from booking.bookings.domain.booking import changed, move, retained
from shared_schemas.booking.bookings import Booking
from shared_schemas.common import Money
from shared_schemas.promises import GivenAway, owed
from tests.support.booking.made import NOW
from tests.unit.booking.bookings.test_balance import START, confirmed

Deed = tuple[str, int, int]
deeds = st.lists(
    st.tuples(st.sampled_from(("gift", "cheaper", "dearer")), st.integers(1, START), st.sampled_from((100, 50, 33, 0))),
    max_size=7,
)


class Story:
    """A booking that is paid for, and a payment service that knows every gift at once and carries out every promise;
    the booking hears of gifts by and by, if `chance` has it so."""

    def __init__(self, chance: random.Random | None) -> None:
        self.chance = chance
        self.booking = confirmed(START, paid=START)
        self.gifts: list[GivenAway] = []
        self.unheard: list[GivenAway] = []

    @property
    def promised(self) -> int:
        return owed(self.booking.returns.promises, self.gifts)

    def gift(self, amount: int, now: datetime) -> None:
        left = START - self.promised - sum(gift.amount.amount for gift in self.gifts)
        if amount := min(amount, left):
            self.gifts.append(GivenAway(at=now, amount=Money(amount=amount)))
            self.unheard.append(self.gifts[-1])

    def reprice(self, delta: int, percent: int, now: datetime) -> None:
        total = max(self.booking.total.amount + delta, 0)
        self.booking = changed(self.booking, total=Money(amount=total), **going_back(self.booking, now, total, percent))

    def cancel(self, percent: int, now: datetime) -> None:
        self.booking = move(self.booking, "cancelled", **going_back(self.booking, now, 0, percent))

    def hear(self, every: bool = False) -> None:
        for _ in range(
            len(self.unheard) if every or self.chance is None else self.chance.randint(0, len(self.unheard))
        ):
            gift = self.unheard.pop(self.chance.randrange(len(self.unheard)) if self.chance else 0)
            self.booking = given_back(self.booking, gift.amount.amount, 0, gift.at)


def told(deeds: list[Deed], cancelled: int | None, chance: random.Random | None) -> Booking:
    story = Story(chance)
    for number, (kind, amount, percent) in enumerate(deeds):
        now = NOW + timedelta(minutes=number)
        if kind == "gift":
            story.gift(amount, now)
        else:
            story.reprice(amount if kind == "dearer" else -amount, percent, now)
        story.hear()
    if cancelled is not None:
        story.cancel(cancelled, NOW + timedelta(days=1))
    story.hear(every=True)
    assert story.booking.refund_due.amount == story.promised, "booking and payment come to different sums"
    return given_back(story.booking, story.promised, story.promised, NOW)


@given(deeds, st.sampled_from((None, 100, 50)), st.integers(0, 2**32))
def test_whenever_the_news_of_a_gift_comes_the_same_goes_back(
    deeds: list[Deed], cancelled: int | None, seed: int
) -> None:
    chance = random.Random(seed)
    note(f"seed {seed}")
    at_once = told(deeds, cancelled, None)
    for _ in range(5):
        late = told(deeds, cancelled, chance)
        assert (retained(late), late.refund_due.amount, late.refunded) == (retained(at_once), 0, at_once.refunded)


def test_a_gift_counts_for_what_is_promised_later_and_comes_on_top_of_what_was_promised_before() -> None:
    before = confirmed(START, paid=START)
    hour = timedelta(hours=1)
    promised = changed(before, **going_back(before, NOW, START - 100_000))
    for decided_at, left in ((NOW - hour, 70_000), (NOW + hour, 100_000)):
        after = given_back(promised, 30_000, 0, decided_at)
        assert (after.paid.amount, after.refund_due.amount) == (START - 30_000, left)


def test_a_refund_that_makes_up_for_a_promise_that_failed_settles_it() -> None:
    before = confirmed(START, paid=START)
    promised = changed(before, **going_back(before, NOW, START - 100_000))
    after = given_back(promised, 130_000, 100_000, NOW + timedelta(hours=1))
    assert (after.paid.amount, after.refund_due.amount, retained(after)) == (START - 130_000, 0, START - 130_000)
