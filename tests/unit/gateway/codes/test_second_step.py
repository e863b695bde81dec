"""A code that was sent is the first step only, where there is a second factor."""

import pytest

from gateway.second_factor.domain import SecondFactor
from gateway.second_factor.errors import InvalidSecondFactorError, SecondFactorRequiredError
from gateway.second_factor.totp import code_of, step_at
from shared_schemas.accounts import TokenPair, TokenRequest
from shared_schemas.common import Role
from tests.support.codes import EMAIL, HOME, Door
from tests.support.gateway import SEALING

SECRET = b"12345678901234567890"


def enter(door: Door, code: str, second: str | None) -> TokenPair:
    request = TokenRequest(email=EMAIL.value, code=code, second_factor=second)
    return door.code_sign_in.sign_in(request, "a test", HOME)


def test_a_sent_code_does_not_do_without_the_second_factor_and_stays_good() -> None:
    door = Door()
    now = door.clock.now()
    olga = door.anna(role=Role.ADMIN, email_confirmed_at=now)
    with door.storage() as work:
        work.second_factors.put(SecondFactor(olga.id, SEALING.seal(SECRET, olga.id), now, confirmed_at=now))
        work.commit()
    code = door.send()
    with pytest.raises(SecondFactorRequiredError):
        enter(door, code, None)
    with pytest.raises(InvalidSecondFactorError):
        enter(door, code, "000000")
    assert not door.storage.sessions.rows
    assert enter(door, code, code_of(SECRET, step_at(now)))
    assert door.waiting() == []
