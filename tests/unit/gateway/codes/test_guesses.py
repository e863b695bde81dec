"""Thousands of guesses, of codes and of passwords, from as many networks at many accounts."""

from itertools import count

import pytest

from gateway.codes import service
from gateway.codes.domain import DIGITS, TRIES, Address, digits
from gateway.codes.limits import SENT_TO_ONE
from gateway.sessions.tries import ACCOUNT
from shared_schemas.accounts import TokenRequest
from tests.support.chance import scaled
from tests.support.clock import NOW
from tests.support.codes import Door, refusals, wrong
from tests.support.gateway import PASSWORD, registration

TURNS = 100


class Owner:
    """Signed in at home before, and has just had a code sent there."""

    def __init__(self, door: Door, number: int) -> None:
        self.door, self.address, self.home = door, Address("email", f"{number}@example.com"), f"home {number}"
        account = door.accounts.register(registration(email=self.address.value))
        door.change(account.id, email_confirmed_at=NOW)
        assert self.enters_by_password(PASSWORD, self.home)
        self.code = door.send(self.address, self.home)

    def enters_by_password(self, password: str, network: str) -> bool:
        with refusals() as said:
            self.door.sessions.sign_in(TokenRequest(email=self.address.value, password=password), "", network)
        return not said

    def enters_by_code(self, code: str, network: str) -> bool:
        return self.door.outcome(code, self.address, network) == "in"


def test_nobody_gets_in_by_guessing_and_every_owner_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first guesses are wrong, as nearly all are; the later ones would be right, and come too late."""
    door, compared, bots = Door(), count(), count()
    owners = [Owner(door, number) for number in range(12 * scaled(1))]
    before = door.passwords.compared
    monkeypatch.setattr(service, "digits", lambda key, code_id: (next(compared), digits(key, code_id))[1])

    for turn in range(TURNS):
        for owner in owners:
            bot = f"bot {next(bots) % 5000}"
            with refusals():
                door.codes.send(owner.address, "ru", bot)
            code = wrong(owner.code) if turn < SENT_TO_ONE.free + TRIES else owner.code
            password = "wrong" if turn < ACCOUNT.free else PASSWORD
            assert not owner.enters_by_code(code, bot)
            assert not owner.enters_by_password(password, bot)

    assert door.passwords.compared - before <= len(owners) * (ACCOUNT.free + 1)
    # Each code that was sent bears ten tries: the chance of all guesses together, were none of them right on purpose.
    assert next(compared) / 10**DIGITS < 0.01
    for owner in owners:
        assert owner.enters_by_password(PASSWORD, owner.home)
        assert owner.enters_by_code(owner.code, owner.home)
