"""What is held is the sum of its changes, in its unit and in money, to the last minute and kopeck."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.held_money.domain import Cause, Entry, Held, give_back, put_in, take_out
from payment.held_money.errors import NotEnoughHeldError
from tests.support.booking.made import NOW


def held(face: int = 0, worth: int | None = None) -> Held:
    empty = Held(uuid4(), "certificate", None, NOW)
    return put_in(empty, cause("sold"), face, worth)[0] if face else empty


def cause(kind: str, price: int | None = None) -> Cause:
    return Cause(id=uuid4(), kind=kind, at=NOW, price=price)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [0, -1, 101])
def test_no_more_is_taken_than_there_is(amount: int) -> None:
    with pytest.raises(NotEnoughHeldError) as refused:
        take_out(held(100), cause("payout"), amount)
    assert refused.value.remaining == 100


def test_half_of_it_is_worth_half_of_what_was_paid() -> None:
    left, entry = take_out(held(600, 400_000), cause("payment", 250_000), 300)
    assert (left.remaining, left.worth, entry.amount, entry.worth) == (300, 200_000, -300, -200_000)


@given(
    face=st.integers(1, 10_000),
    worth=st.integers(0, 10_000_000),
    uses=st.lists(st.tuples(st.integers(1, 400), st.integers(1, 500_000), st.integers(0, 100)), max_size=12),
)
def test_all_of_it_adds_up_however_it_is_used(face: int, worth: int, uses: list[tuple[int, int, int]]) -> None:
    """Uses of so many units for a price, of which a share in hundredths goes back in two parts."""
    state, entries = held(face, worth), list[Entry]()
    for amount, price, share in uses:
        if amount > state.remaining:
            continue
        state, spent = take_out(state, cause("payment", price), amount)
        entries.append(spent)
        back = price * share // 100
        for before, part in ((0, back // 2), (back // 2, back - back // 2)):
            state, entry = give_back(state, spent, cause("returned"), part, before)
            entries.append(entry)
        assert min(state.remaining, state.worth) >= 0
    assert state.remaining == face + sum(entry.amount for entry in entries)
    assert state.worth == worth + sum(entry.worth for entry in entries)
    if state.remaining:
        state, _ = take_out(state, cause("payout"), state.remaining)
    assert state.remaining == 0
    assert state.worth == 0


def test_what_goes_back_in_parts_is_all_of_it_in_the_end() -> None:
    first, spent = take_out(held(100, 77), cause("payment", 1_000), 7)
    second, one = give_back(first, spent, cause("returned"), 333, 0)
    third, two = give_back(second, spent, cause("returned"), 667, 333)
    assert (third.remaining, third.worth, one.amount + two.amount) == (100, 77, 7)
    assert (one.price, two.price) == (-333, -667)


def test_a_minute_that_goes_back_in_part_goes_back() -> None:
    used, spent = take_out(held(1, 100), cause("payment", 200), 1)
    after, _ = give_back(used, spent, cause("returned"), 100, 0)
    assert (after.remaining, after.worth) == (1, 50)
