"""Signing in and staying signed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from core.identity import Identity
from core.tokens import sign, sign_service, verify
from gateway.errors import InvalidCredentialsError
from gateway.keys import TokenKeys
from gateway.passwords import Argon2Passwords
from gateway.service import Accounts, Tokens
from shared_schemas.accounts import TokenPair, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError
from tests.support.clock import FixedClock
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, FakeStorage, registration

# Tokens are verified against the machine's own clock.
NOW = datetime.now(UTC)
HOUR, MONTH = timedelta(hours=1), timedelta(days=30)


class World:
    """Anna, who has an account, and what it takes to sign her in."""

    def __init__(self) -> None:
        self.storage, self.passwords, self.clock = FakeStorage(), FakePasswords(), FixedClock(NOW)
        self.accounts = Accounts(self.storage, self.clock, self.passwords)
        self.tokens = Tokens(self.storage, self.clock, self.passwords, KEYS, HOUR, MONTH)
        self.anna: UUID = self.accounts.register(registration()).id

    def sign_in(self, email: str = "anna@example.com", password: str = PASSWORD) -> TokenPair:
        return self.tokens.sign_in(TokenRequest(email=email, password=password))


@pytest.fixture
def world() -> World:
    return World()


def test_the_right_password_gives_a_pair(world: World) -> None:
    pair = world.sign_in(" ANNA@example.com")
    assert verify(pair.access_token, KEYS) == Identity(str(world.anna), Role.CLIENT)
    assert verify(pair.refresh_token, KEYS, kind="refresh") == Identity(str(world.anna), Role.CLIENT)
    assert (pair.token_type, pair.expires_in) == ("Bearer", 3600)


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(world: World) -> None:
    refusals = []
    for email, password in (("anna@example.com", "wrong"), ("nobody@example.com", PASSWORD)):
        with pytest.raises(InvalidCredentialsError) as refused:
            world.sign_in(email, password)
        refusals.append((refused.value.code, refused.value.params))
    assert refusals[0] == refusals[1]
    # The unknown address costs a comparison, too, or else its time would tell.
    assert world.passwords.compared == 2


def test_an_erased_user_cannot_sign_in(world: World) -> None:
    world.accounts.erase(world.anna)
    with pytest.raises(InvalidCredentialsError):
        world.sign_in()


def test_a_refresh_gives_a_new_pair_with_the_role_of_today(world: World) -> None:
    pair = world.sign_in()
    rows = world.storage.committed.rows
    rows[world.anna] = replace(rows[world.anna], role=Role.MANAGER)
    assert verify(world.tokens.refresh(pair.refresh_token).access_token, KEYS).role is Role.MANAGER


def test_a_refresh_starts_the_lifetimes_anew(world: World) -> None:
    world.clock.advance(days=-29)
    old = world.sign_in()
    with pytest.raises(UnauthenticatedError):
        verify(old.access_token, KEYS)
    world.clock.advance(days=29)
    assert verify(world.tokens.refresh(old.refresh_token).access_token, KEYS)


def test_an_expired_refresh_token_is_refused(world: World) -> None:
    world.clock.advance(days=-31)
    pair = world.sign_in()
    with pytest.raises(UnauthenticatedError):
        world.tokens.refresh(pair.refresh_token)


def test_an_access_token_cannot_refresh(world: World) -> None:
    with pytest.raises(UnauthenticatedError):
        world.tokens.refresh(world.sign_in().access_token)


def test_an_erased_user_cannot_refresh(world: World) -> None:
    pair = world.sign_in()
    world.accounts.erase(world.anna)
    with pytest.raises(UnauthenticatedError):
        world.tokens.refresh(pair.refresh_token)


def test_nobody_else_can_make_a_refresh_token(world: World) -> None:
    anna = Identity(str(world.anna), Role.ADMIN)
    forged = sign(anna, issuer="payment", key=KEYS["payment"], now=NOW, lifetime=HOUR, kind="refresh")
    for token in (forged, sign_service("payment", KEYS["payment"], NOW), "garbage", ""):
        with pytest.raises(UnauthenticatedError):
            world.tokens.refresh(token)


def test_a_service_that_signs_itself_a_refresh_token_is_still_no_user(world: World) -> None:
    service = Identity("payment", Role.SERVICE)
    token = sign(service, issuer="payment", key=KEYS["payment"], now=NOW, lifetime=HOUR, kind="refresh")
    with pytest.raises(UnauthenticatedError):
        world.tokens.refresh(token)


def test_a_token_for_a_user_that_never_was_is_refused(world: World) -> None:
    stranger = Identity(str(uuid4()), Role.CLIENT)
    token = sign(stranger, issuer="users", key=KEYS["users"], now=NOW, lifetime=HOUR, kind="refresh")
    with pytest.raises(UnauthenticatedError):
        world.tokens.refresh(token)


def test_passwords_are_hashed_with_salt_by_argon2id() -> None:
    passwords = Argon2Passwords()
    first, second = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(PASSWORD, first) and passwords.matches(PASSWORD, second)
    assert not passwords.matches("wrong", first)
    assert not passwords.matches("nobody", None)
    # An erased account's hash is empty.
    assert not passwords.matches("", "")


def test_keys_are_looked_up_one_by_one() -> None:
    keys = TokenKeys('{"users": "u", "payment": "secretsmanager:never-asked"}')
    assert (keys["users"], set(keys), len(keys)) == ("u", {"users", "payment"}, 2)
    with pytest.raises(KeyError):
        keys["stranger"]
