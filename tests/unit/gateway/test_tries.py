"""How often a password may be tried, and who is made to wait."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from core.identity import Identity
from gateway.accounts.service import Accounts
from gateway.sessions.domain import Lifetimes
from gateway.sessions.errors import InvalidCredentialsError, TooManyTriesError
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from gateway.sessions.tries import ACCOUNT, ADDRESS, PAIR, Limit, Tries
from shared_schemas.accounts import PasswordChange, TokenPair, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from tests.support.chance import scaled
from tests.support.clock import NOW, FixedClock
from tests.support.gateway import DATA_KEYS, KEYS, PASSWORD, SECOND_STEP, FakePasswords, FakeStorage, registration

LIFETIMES = Lifetimes(access=timedelta(hours=1), idle=timedelta(days=30), longest=timedelta(days=90))


class Door:
    """The studio's accounts, and everybody who knocks."""

    def __init__(self, people: int = 1) -> None:
        self.storage, self.passwords, self.clock = FakeStorage(), FakePasswords(), FixedClock()
        accounts = Accounts(self.storage, self.clock, self.passwords)
        self.emails = [f"{number}@example.com" for number in range(people)]
        for email in self.emails:
            accounts.register(registration(email=email))
        guard = Guard(self.storage, self.clock, DATA_KEYS)
        self.sessions = Sessions(self.storage, self.clock, self.passwords, KEYS, guard, LIFETIMES, SECOND_STEP)

    def knock(self, password: str, email: str = "0@example.com", address: str = "here") -> TokenPair:
        return self.sessions.sign_in(TokenRequest(email=email, password=password), "", address)

    def outcomes(self, *passwords: str, email: str = "0@example.com", address: str = "here") -> Iterator[str]:
        for password in passwords:
            try:
                self.knock(password, email, address)
            except (InvalidCredentialsError, TooManyTriesError) as refused:
                yield refused.code
            else:
                yield "in"

    def wait_for(self, refused: TooManyTriesError) -> None:
        assert refused.retry_after
        self.clock.advance(seconds=refused.retry_after)


WRONG, PAUSED = "invalid_credentials", "too_many_tries"


def test_the_right_password_comes_too_late_after_wrong_ones() -> None:
    door = Door()
    assert list(door.outcomes(*["wrong"] * 60, PASSWORD)) == [WRONG] * PAIR.free + [PAUSED] * (61 - PAIR.free)
    # Whoever is made to wait costs no hash.
    assert door.passwords.compared == PAIR.free


def test_pauses_grow_and_end() -> None:
    door, waits = Door(), []
    for _ in range(PAIR.free + 12):
        try:
            door.knock("wrong")
        except TooManyTriesError as refused:
            waits.append(refused.retry_after)
            door.wait_for(refused)
        except InvalidCredentialsError:
            pass
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert max(filter(None, waits)) <= PAIR.longest.total_seconds()
    door.clock.advance(seconds=PAIR.longest.total_seconds())
    assert list(door.outcomes(PASSWORD, "wrong")) == ["in", WRONG]


def test_a_right_password_starts_the_count_of_the_pair_again() -> None:
    door = Door()
    for _ in range(4):
        assert list(door.outcomes(*["wrong"] * (PAIR.free - 1), PASSWORD)) == [WRONG] * (PAIR.free - 1) + ["in"]


def test_one_address_that_tries_many_accounts_is_slowed_down() -> None:
    door = Door(people=ADDRESS.free + 5)
    tried = [next(door.outcomes("wrong", email=email)) for email in door.emails]
    assert tried == [WRONG] * ADDRESS.free + [PAUSED] * 5
    # Only there: others at other addresses do not notice.
    assert list(door.outcomes(PASSWORD, email=door.emails[-1], address="elsewhere")) == ["in"]


def test_an_account_of_ones_own_gains_no_tries_at_others() -> None:
    door, got_in = Door(people=2 * ADDRESS.free), 0
    own, *others = door.emails
    refused = 0
    for email in others:
        refused += next(door.outcomes("wrong", email=email)) == PAUSED
        got_in += next(door.outcomes(PASSWORD, email=own)) == "in"
    assert refused >= len(others) - ADDRESS.free
    # Nor does it keep them out of their own: here they signed in before.
    assert got_in == len(others)


def test_strangers_do_not_lock_the_owner_out() -> None:
    door = Door()
    assert door.knock(PASSWORD, address="home")
    strangers = [next(door.outcomes("wrong", address=f"stranger {n}")) for n in range(ACCOUNT.free + 50)]
    assert strangers == [WRONG] * ACCOUNT.free + [PAUSED] * 50
    # Not even the right password from where nobody is known; and at home as ever.
    assert list(door.outcomes(PASSWORD, address="stranger")) == [PAUSED]
    assert list(door.outcomes(PASSWORD, address="home")) == ["in"]


def test_an_account_that_nobody_has_is_treated_alike() -> None:
    door = Door()
    for email in ("0@example.com", "nobody@example.com"):
        assert list(door.outcomes(*["wrong"] * 9, email=email, address=email)) == [WRONG] * 5 + [PAUSED] * 4
    addresses = [f"stranger {n}" for n in range(ACCOUNT.free + 5)]
    assert [[next(door.outcomes("wrong", email=email, address=a + email)) for a in addresses][-5:] for email in
            ("0@example.com", "nobody@example.com")] == [[PAUSED] * 5] * 2  # fmt: skip


def test_a_stolen_access_token_does_not_serve_to_find_the_password() -> None:
    door = Door()
    [user] = door.storage.committed.rows
    identity = Identity(str(user), Role.CLIENT)
    change = PasswordChange(current="wrong", new="a longer sentence")
    for _ in range(PAIR.free):
        with pytest.raises(RuleViolationError):
            door.sessions.change_password(identity, change)
    with pytest.raises(TooManyTriesError):
        door.sessions.change_password(identity, change.model_copy(update={"current": PASSWORD}))


def test_what_is_stored_names_nobody() -> None:
    door = Door()
    list(door.outcomes("wrong", PASSWORD))
    told_of = " ".join([*door.storage.tries.rows, *(address for _, address in door.storage.tries.known)])
    assert "example" not in told_of and "here" not in told_of


@pytest.mark.parametrize("failures", [0, 4, 5, 6, 20, 10_000])
def test_no_pause_is_longer_than_the_longest(failures: int) -> None:
    limit = Limit(5, timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1))
    assert timedelta() <= limit.pause(failures) <= limit.longest
    assert (limit.pause(failures) == timedelta()) == (failures < 5)


def test_a_count_is_forgotten() -> None:
    old = Tries("key", 100, NOW - PAIR.memory - timedelta(seconds=1), NOW)
    assert old.charged(PAIR, NOW).failures == 1


def test_no_guess_of_many_succeeds_and_every_owner_gets_in() -> None:
    """A hundred guesses at each account within a moment, from thousands of addresses; the later ones would be right."""
    door, addresses = Door(people=30 * scaled(1)), count()
    for email in door.emails:
        assert door.knock(PASSWORD, email, address=f"home of {email}")
    for guess in ["wrong"] * ACCOUNT.free + [PASSWORD] * (100 - ACCOUNT.free):
        for email in door.emails:
            assert list(door.outcomes(guess, email=email, address=f"bot {next(addresses) % 5000}")) != ["in"]
    assert door.passwords.compared <= len(door.emails) * (ACCOUNT.free + 1)
    for email in door.emails:
        assert door.knock(PASSWORD, email, address=f"home of {email}")
