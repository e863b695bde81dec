"""How often a code is sent, and who is made to wait."""

import pytest

from gateway.codes.domain import Address
from gateway.codes.errors import TooManyCodesError
from gateway.codes.limits import SENT_FROM_ONE, SENT_TO_ONE, SENT_TO_ONE_FROM_ONE
from gateway.sessions.tries import PAIR
from tests.support.clock import NOW
from tests.support.codes import AWAY, EMAIL, HOME, Door, refusals, wrong

DAY = 24 * 60 * 60


@pytest.fixture
def door() -> Door:
    return Door()


def sent_within(door: Door, seconds: int, network: str | None = None) -> int:
    """How many messages one address gets of who asks as soon as it may, from one network or from many."""
    sent, until = 0, door.clock.now().timestamp() + seconds
    while door.clock.now().timestamp() < until:
        try:
            door.codes.send(EMAIL, "ru", network or f"network {sent}")
            sent += 1
        except TooManyCodesError as refused:
            assert refused.retry_after
            door.clock.advance(seconds=refused.retry_after)
    return sent


@pytest.mark.parametrize("known", [False, True])
def test_an_address_that_nobody_has_is_slowed_down_alike(door: Door, known: bool) -> None:
    if known:
        door.anna(email_confirmed_at=NOW)
    waits = []
    for _ in range(5):
        with pytest.raises(TooManyCodesError) as refused:
            for _ in range(SENT_TO_ONE_FROM_ONE.free + 1):
                door.codes.send(EMAIL, "ru", HOME)
        waits.append(refused.value.retry_after)
        door.clock.advance(seconds=refused.value.retry_after or 0)
    assert waits == [30, 60, 120, 240, 480]


def test_nobody_is_flooded_from_one_network_or_from_many() -> None:
    assert sent_within(Door(), DAY, HOME) <= 35
    assert sent_within(Door(), DAY) <= 35


def test_one_network_does_not_write_to_everybody(door: Door) -> None:
    for number in range(SENT_FROM_ONE.free):
        door.codes.send(Address("email", f"{number}@example.com"), "ru", HOME)
    with pytest.raises(TooManyCodesError):
        door.codes.send(Address("email", "one-more@example.com"), "ru", HOME)


def test_strangers_keep_nobody_from_a_code_where_the_owner_is_known(door: Door) -> None:
    door.anna(email_confirmed_at=NOW)
    door.enter(door.send())
    for number in range(SENT_TO_ONE.free):
        door.codes.send(EMAIL, "ru", f"network {number}")
    with refusals() as said:
        door.codes.send(EMAIL, "ru", AWAY)
    assert said == ["too_many_codes"]
    assert door.outcome(door.send()) == "in"


def test_who_came_in_need_not_wait_for_the_next_code(door: Door) -> None:
    for _ in range(10):
        assert door.outcome(door.send()) == "in"


def test_tries_have_pauses_beside_the_tries_of_a_code(door: Door) -> None:
    said = []
    for _ in range(2):
        code = door.send()
        said += [door.outcome(wrong(code)) for _ in range(3)]
    assert said == ["invalid_code"] * PAIR.free + ["too_many_tries"]


def test_the_pause_of_tries_says_nothing_about_the_code(door: Door) -> None:
    code = door.send()
    for _ in range(PAIR.free):
        door.outcome(wrong(code))
    assert door.outcome(code) == door.outcome(wrong(code)) == "too_many_tries"
