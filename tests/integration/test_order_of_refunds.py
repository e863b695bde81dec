"""What goes back when staff give money back while the visit changes: the news of it may come whenever it likes."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.chance import scaled, seed
from tests.support.database import EngineFor
from tests.support.stories.money.both_books import BothBooks

ALL_GOES_BACK, HALF_GOES_BACK = timedelta(days=9, hours=2), timedelta(hours=50)
DEEDS = (
    "gives",
    "gives_more",
    "gives_slowly",
    "fails",
    "shortens",
    "shortens_a_little",
    "moves",
    "returns_in_the_cabinet",
    "returns_much_in_the_cabinet",
    "cancels",
)
STORIES = 5
# What a payment brought too much before a visit got dearer is owed again: only where its news is there by then.
DEARER = "lengthens"
Engines = tuple[Engine, Engine]
Broker = Callable[[BothBooks], None]


@pytest.fixture(scope="module")
def engines(engine_for: EngineFor) -> Engines:
    return engine_for("booking"), engine_for("payment")


def told(
    engines: Engines, ahead: timedelta, deeds: Sequence[str], broker: Broker, chance: random.Random | None = None
) -> dict[str, Any]:
    """The end of a story."""
    books = BothBooks(*engines, ahead, chance)
    books.pays()
    # Money that comes later than a change is judged by the price alone, whatever the terms say.
    if ahead == HALF_GOES_BACK:
        books.deliver_all()
    for deed in deeds:
        books.studio.clock.advance(minutes=1)
        getattr(books, deed)()
        broker(books)
    return books.end()


def deeds_of(ahead: timedelta) -> Sequence[str]:
    return (*DEEDS, DEARER) if ahead == HALF_GOES_BACK else DEEDS


def nothing(_books: BothBooks) -> None:
    """All news comes when everything has happened."""


@pytest.mark.parametrize("ahead", [ALL_GOES_BACK, HALF_GOES_BACK])
def test_the_order_of_news_decides_nothing(engines: Engines, ahead: timedelta) -> None:
    for number in range(scaled(STORIES)):
        chance = random.Random(f"{seed()} {number}")
        deeds = chance.sample(deeds_of(ahead), chance.randint(2, 5))
        at_once = told(engines, ahead, deeds, BothBooks.deliver_all)
        for _ in range(2):
            assert told(engines, ahead, deeds, BothBooks.deliver_some, chance) == at_once, (seed(), number, deeds)


@pytest.mark.parametrize(
    ("deeds", "kept"),
    [
        (("gives", "shortens"), 400_000),
        (("shortens", "gives"), 350_000),
        (("gives_slowly", "shortens"), 400_000),
        (("gives_slowly", "shortens", "fails"), 400_000),
        (("returns_in_the_cabinet", "shortens"), 400_000),
        (("gives", "shortens_a_little", "gives_more", "shortens"), 200_000),
        (("gives", "cancels"), 0),
        # Not all of it is there: what went back in the cabinet counts for the promise.
        (("gives_slowly", "cancels", "returns_in_the_cabinet"), 0),
        (("gives_slowly", "cancels", "returns_much_in_the_cabinet", "fails"), 0),
        (("gives_slowly", "shortens", "shortens_a_little", "returns_much_in_the_cabinet"), 0),
        (("gives_slowly", "shortens", "shortens_a_little", "returns_much_in_the_cabinet", "cancels"), 0),
        # There is enough: it comes on top of what was promised before.
        (("shortens", "returns_much_in_the_cabinet"), 150_000),
    ],
)
def test_a_gift_counts_for_what_is_promised_after_it(engines: Engines, deeds: tuple[str, ...], kept: int) -> None:
    for broker in (BothBooks.deliver_all, nothing):
        assert told(engines, ALL_GOES_BACK, deeds, broker)["kept"] == kept


@pytest.mark.parametrize("by", ["refund", "cabinet"])
def test_staff_make_up_for_a_promise_that_failed(engines: Engines, by: str) -> None:
    books = BothBooks(*engines, ALL_GOES_BACK)
    books.pays()
    books.deliver_all()
    books.shortens()
    books.till.gateway.fault = "refuses"
    books.deliver_all()
    books.till.gateway.fault = None
    assert (books.now().paid.amount, books.now().refund_due.amount) == (800_000, 400_000)
    books.studio.clock.advance(minutes=1)
    if by == "refund":
        books.till.refund(books.second, 400_000)
    else:
        books.returns_in_the_cabinet(400_000)
    assert books.end() == {"status": "confirmed", "kept": 400_000, "back": 400_000}
