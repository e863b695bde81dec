"""A second factor from setting it up to losing it."""

from base64 import b32decode
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from nacl.exceptions import CryptoError

from core.identity import Identity
from gateway.accounts.service import Accounts
from gateway.keys.data_keys import DataKeys
from gateway.second_factor.domain import GUESSES, RECOVERY_CODES, REQUIRED, new_recovery_codes
from gateway.second_factor.errors import (
    InvalidSecondFactorError,
    SecondFactorNotFoundError,
    SecondFactorOnError,
    SecondFactorRequiredError,
)
from gateway.second_factor.sealing import Sealing
from gateway.second_factor.service import SecondFactors
from gateway.second_factor.totp import code_of, step_at
from gateway.sessions.domain import Lifetimes
from gateway.sessions.errors import InvalidCredentialsError, TooManyTriesError
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from shared_schemas.accounts import TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.accounts import SecondFactorDisabled, SecondFactorEnabled
from shared_schemas.gateway.second_factor import SecondFactorRemoval
from tests.support.clock import FixedClock
from tests.support.gateway import (
    DATA_KEYS,
    KEYS,
    PASSWORD,
    SEALING,
    SECOND_STEP,
    FakePasswords,
    FakeStorage,
    staff,
)

LIFETIMES = Lifetimes(access=timedelta(hours=1), idle=timedelta(days=30), longest=timedelta(days=90))
STEP = 30


class Desk:
    """Olga, who works at the studio, and her phone."""

    def __init__(self) -> None:
        self.storage, self.clock, passwords = FakeStorage(), FixedClock(), FakePasswords()
        self.olga: UUID = Accounts(self.storage, self.clock, passwords).register(staff(), Role.ADMIN).id
        guard = Guard(self.storage, self.clock, DATA_KEYS)
        self.factors = SecondFactors(self.storage, self.clock, SEALING, SECOND_STEP, guard, passwords)
        self.sessions = Sessions(self.storage, self.clock, passwords, KEYS, guard, LIFETIMES, SECOND_STEP)
        self.secret = b""
        self.me = Identity(str(self.olga), Role.ADMIN, uuid4())

    def code(self, off: int = 0) -> str:
        """What her phone shows, or showed or will show some steps off."""
        return code_of(self.secret, step_at(self.clock.now()) + off)

    def start(self) -> None:
        self.secret = b32decode(self.factors.start(self.me, PASSWORD).secret)

    def turn_on(self) -> list[str]:
        self.start()
        codes = self.factors.confirm(self.me, self.code()).recovery_codes
        self.clock.advance(seconds=STEP)
        return codes

    def sign_in(self, code: str | None = None, password: str = PASSWORD, address: str = "here") -> UUID:
        """The new session."""
        before = set(self.storage.sessions.rows)
        request = TokenRequest(email="anna@example.com", password=password, second_factor=code)
        self.sessions.sign_in(request, "", address)
        (new,) = set(self.storage.sessions.rows) - before
        return new

    def is_over(self, session: UUID) -> bool:
        return self.storage.sessions.rows[session].ended_at is not None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_is_asked_for_once_it_is_confirmed(desk: Desk) -> None:
    desk.start()
    assert desk.sign_in()
    assert len(desk.factors.confirm(desk.me, desk.code()).recovery_codes) == RECOVERY_CODES
    desk.clock.advance(seconds=STEP)
    with pytest.raises(SecondFactorRequiredError):
        desk.sign_in()
    assert desk.sign_in(desk.code())
    assert desk.storage.events == [SecondFactorEnabled(account_id=desk.olga)]


def test_it_is_told_only_to_who_knows_the_password(desk: Desk) -> None:
    desk.turn_on()
    for code in (None, desk.code(), "000000"):
        with pytest.raises(InvalidCredentialsError):
            desk.sign_in(code, password="wrong")
    # No code was used up by it.
    assert desk.sign_in(desk.code())


def test_a_code_signs_in_once(desk: Desk) -> None:
    desk.turn_on()
    code = desk.code()
    assert desk.sign_in(code)
    for again in (code, desk.code(-1)):
        with pytest.raises(InvalidSecondFactorError):
            desk.sign_in(again)
    desk.clock.advance(seconds=STEP)
    assert desk.sign_in(desk.code())


def test_the_code_that_confirmed_does_not_sign_in(desk: Desk) -> None:
    desk.start()
    code = desk.code()
    desk.factors.confirm(desk.me, code)
    with pytest.raises(InvalidSecondFactorError):
        desk.sign_in(code)


def test_a_recovery_code_signs_in_once_however_it_is_typed(desk: Desk) -> None:
    first, second, *_ = desk.turn_on()
    assert desk.sign_in(f" {first.replace('-', ' ').upper()} ")
    with pytest.raises(InvalidSecondFactorError):
        desk.sign_in(first)
    assert desk.sign_in(second)


def test_guesses_are_slowed_down_from_wherever_they_come(desk: Desk) -> None:
    codes = desk.turn_on()
    for number in range(GUESSES.free):
        with pytest.raises(InvalidSecondFactorError):
            desk.sign_in("000000", address=f"address {number}")
    for code in (desk.code(), codes[0]):
        with pytest.raises(TooManyTriesError):
            desk.sign_in(code, address="another")
    desk.clock.advance(seconds=STEP)
    assert desk.sign_in(desk.code(), address="another")


def test_a_wrong_code_counts_as_a_wrong_password_does(desk: Desk) -> None:
    desk.turn_on()
    before = sum(count.failures for count in desk.storage.tries.rows.values())
    with pytest.raises(InvalidSecondFactorError):
        desk.sign_in("000000")
    # One each: this address at this account, the address, the account, and the second factor itself.
    assert sum(count.failures for count in desk.storage.tries.rows.values()) == before + 4


def test_turning_it_on_ends_sessions_that_were_begun_without_it(desk: Desk) -> None:
    here, elsewhere = desk.sign_in(), desk.sign_in()
    desk.me = replace(desk.me, session=here)
    desk.turn_on()
    assert (desk.is_over(here), desk.is_over(elsewhere)) == (False, True)
    assert desk.storage.sessions.rows[elsewhere].end_reason == "second_factor_on"


def test_a_wrong_code_does_not_turn_it_on(desk: Desk) -> None:
    desk.start()
    with pytest.raises(RuleViolationError) as refused:
        desk.factors.confirm(desk.me, "000000")
    assert [(each.field, each.code) for each in refused.value.violations] == [("code", "wrong_second_factor")]
    assert desk.sign_in()
    assert desk.storage.events == []


@pytest.mark.parametrize(("password", "code"), [(None, "password_needed"), ("guessed", "wrong_password")])
def test_an_access_token_alone_begins_nothing(desk: Desk, password: str | None, code: str) -> None:
    """Whoever has stolen it would lock the owner out."""
    with pytest.raises(RuleViolationError) as refused:
        desk.factors.start(desk.me, password)
    assert [(each.field, each.code) for each in refused.value.violations] == [("password", code)]
    assert not desk.storage.second_factors.rows


def test_what_is_on_cannot_be_begun_or_confirmed_again(desk: Desk) -> None:
    desk.turn_on()
    with pytest.raises(SecondFactorOnError):
        desk.factors.start(desk.me, PASSWORD)
    with pytest.raises(SecondFactorOnError):
        desk.factors.confirm(desk.me, desk.code())


def test_beginning_again_takes_the_place_of_what_was_not_confirmed(desk: Desk) -> None:
    desk.start()
    old = desk.code()
    desk.start()
    with pytest.raises(RuleViolationError):
        desk.factors.confirm(desk.me, old)
    assert desk.factors.confirm(desk.me, desk.code())


@pytest.mark.parametrize("with_password", [True, False])
def test_its_owner_turns_it_off(desk: Desk, with_password: bool) -> None:
    desk.turn_on()
    proof = SecondFactorRemoval(password=PASSWORD) if with_password else SecondFactorRemoval(code=desk.code())
    desk.factors.remove(desk.me, proof)
    assert desk.sign_in()
    assert desk.storage.events[1:] == [SecondFactorDisabled(account_id=desk.olga, by=desk.olga)]
    with pytest.raises(SecondFactorNotFoundError):
        desk.factors.remove(desk.me, proof)


@pytest.mark.parametrize(
    ("proof", "violation"),
    [
        (SecondFactorRemoval(password="wrong"), ("password", "wrong_password")),
        (SecondFactorRemoval(code="000000"), ("code", "wrong_second_factor")),
    ],
)
def test_it_stays_on_without_a_proof(desk: Desk, proof: SecondFactorRemoval, violation: tuple[str, str]) -> None:
    desk.turn_on()
    for _ in range(5):
        with pytest.raises(RuleViolationError) as refused:
            desk.factors.remove(desk.me, proof)
        assert [(each.field, each.code) for each in refused.value.violations] == [violation]
    with pytest.raises(TooManyTriesError):
        desk.factors.remove(desk.me, proof)
    with pytest.raises(SecondFactorRequiredError):
        desk.sign_in()


def test_an_administrator_turns_it_off_for_who_lost_the_phone(desk: Desk) -> None:
    desk.turn_on()
    session, admin = desk.sign_in(desk.code()), uuid4()
    desk.factors.remove_of(desk.olga, admin)
    assert desk.is_over(session)
    assert desk.storage.events[1:] == [SecondFactorDisabled(account_id=desk.olga, by=admin)]
    assert desk.sign_in()
    with pytest.raises(SecondFactorNotFoundError):
        desk.factors.remove_of(desk.olga, admin)


def test_nobody_is_told_of_what_was_never_on(desk: Desk) -> None:
    desk.start()
    desk.factors.remove(desk.me, SecondFactorRemoval(password=PASSWORD))
    assert desk.storage.events == []


def test_an_erased_account_keeps_no_second_factor(desk: Desk) -> None:
    desk.turn_on()
    accounts = Accounts(desk.storage, desk.clock, FakePasswords())
    accounts.register(staff(email="another@example.com"), Role.ADMIN)
    accounts.erase(desk.olga)
    assert desk.storage.second_factors.rows == {}


def test_what_is_stored_makes_no_code_and_opens_nothing(desk: Desk) -> None:
    codes = desk.turn_on()
    (stored,) = desk.storage.second_factors.rows.values()
    kept = repr(stored)
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert desk.secret.hex() not in kept and str(desk.secret) not in kept
    assert SEALING.open(stored.secret, desk.olga) == desk.secret
    for sealing, owner in ((Sealing(DataKeys("another-" + "k" * 40, desk.clock)), desk.olga), (SEALING, uuid4())):
        with pytest.raises(CryptoError):
            sealing.open(stored.secret, owner)


def test_recovery_codes_are_many_and_all_different() -> None:
    codes = [code for _ in range(20) for code in new_recovery_codes()]
    assert len(set(codes)) == 20 * RECOVERY_CODES
    assert all(len(code) == 11 and code[5] == "-" for code in codes)


def test_a_policy_is_about_staff_alone() -> None:
    assert {policy: sorted(roles) for policy, roles in REQUIRED.items()} == {
        "none": [],
        "admins": [Role.ADMIN],
        "staff": [Role.ADMIN, Role.MANAGER],
    }
