"""Signing in, staying signed in, and what ends that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher

from core.identity import Identity
from core.tokens import read_claims, sign, sign_service, verify
from gateway.accounts.passwords import Argon2Passwords
from gateway.accounts.service import Accounts
from gateway.keys.token_keys import TokenKeys
from gateway.sessions.domain import LONGEST_CLIENT, REPEAT, Lifetimes, client_of
from gateway.sessions.errors import (
    AccountDisabledError,
    InvalidCredentialsError,
    SessionEndedError,
    SessionNotFoundError,
)
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from shared_schemas.accounts import PasswordChange, TokenPair, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError, UnauthenticatedError
from shared_schemas.events.accounts import SessionReused
from tests.support.clock import FixedClock
from tests.support.gateway import DATA_KEYS, KEYS, PASSWORD, SECOND_STEP, FakePasswords, FakeStorage, registration

# Tokens are verified against the machine's own clock: what is made some minutes on must not lie ahead of it.
NOW = datetime.now(UTC) - timedelta(minutes=5)
HOUR, MONTH = timedelta(hours=1), timedelta(days=30)
LIFETIMES = Lifetimes(access=HOUR, idle=MONTH, longest=3 * MONTH)


class World:
    """Anna, who has an account, and what it takes to sign her in."""

    def __init__(self) -> None:
        self.storage, self.passwords, self.clock = FakeStorage(), FakePasswords(), FixedClock(NOW)
        self.accounts = Accounts(self.storage, self.clock, self.passwords)
        self.guard = Guard(self.storage, self.clock, DATA_KEYS)
        self.sessions = Sessions(self.storage, self.clock, self.passwords, KEYS, self.guard, LIFETIMES, SECOND_STEP)
        self.anna: UUID = self.accounts.register(registration()).id

    def sign_in(self, email: str = "anna@example.com", password: str = PASSWORD, address: str = "here") -> TokenPair:
        return self.sessions.sign_in(TokenRequest(email=email, password=password), "a test", address)

    def refresh(self, pair: TokenPair) -> TokenPair:
        return self.sessions.refresh(pair.refresh_token)

    def change_anna(self, **changes: object) -> None:
        rows = self.storage.committed.rows
        rows[self.anna] = replace(rows[self.anna], **changes)  # type: ignore[arg-type]

    def reasons(self) -> list[str | None]:
        return [session.end_reason for session in self.storage.sessions.rows.values()]


@pytest.fixture
def world() -> World:
    return World()


def who(pair: TokenPair) -> Identity:
    return verify(pair.access_token, KEYS)


def test_the_right_password_gives_a_pair(world: World) -> None:
    pair = world.sign_in(" ANNA@example.com")
    identity = who(pair)
    assert (identity.user_id, identity.role) == (world.anna, Role.CLIENT)
    assert verify(pair.refresh_token, KEYS, kind="refresh") == identity
    assert (pair.token_type, pair.expires_in) == ("Bearer", 3600)
    assert read_claims(pair.access_token, KEYS)["exp"] == int((NOW + HOUR).timestamp())


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(world: World) -> None:
    refusals = []
    for email, password in (("anna@example.com", "wrong"), ("nobody@example.com", PASSWORD)):
        with pytest.raises(InvalidCredentialsError) as refused:
            world.sign_in(email, password)
        refusals.append((refused.value.code, refused.value.params))
    assert refusals[0] == refusals[1]
    # The unknown address costs a comparison, too, or else its time would tell.
    assert world.passwords.compared == 2
    assert world.reasons() == []


def test_an_erased_user_cannot_sign_in(world: World) -> None:
    world.accounts.erase(world.anna)
    with pytest.raises(InvalidCredentialsError):
        world.sign_in()


def test_who_is_disabled_hears_so_only_with_the_password(world: World) -> None:
    world.change_anna(disabled_at=NOW)
    with pytest.raises(InvalidCredentialsError):
        world.sign_in(password="wrong")
    with pytest.raises(AccountDisabledError):
        world.sign_in()


def test_a_password_that_changes_meanwhile_is_the_wrong_one(world: World) -> None:
    class Slow(FakePasswords):
        def matches(self, password: str, hashed: str | None) -> bool:
            world.change_anna(password_hash="another")
            return super().matches(password, hashed)

    sessions = Sessions(world.storage, world.clock, Slow(), KEYS, world.guard, LIFETIMES, SECOND_STEP)
    with pytest.raises(InvalidCredentialsError):
        sessions.sign_in(TokenRequest(email="anna@example.com", password=PASSWORD), "", "here")


def test_a_refresh_gives_a_new_pair_with_the_role_of_today(world: World) -> None:
    pair = world.sign_in()
    world.change_anna(role=Role.MANAGER)
    assert who(world.refresh(pair)).role is Role.MANAGER


def test_a_refresh_starts_the_lifetimes_anew(world: World) -> None:
    world.clock.advance(days=-29)
    old = world.sign_in()
    with pytest.raises(UnauthenticatedError):
        who(old)
    world.clock.advance(days=29)
    assert who(world.refresh(old))


def test_a_session_ends_some_day_however_often_it_is_refreshed(world: World) -> None:
    world.sign_in()
    [session] = world.storage.sessions.rows.values()
    assert session.expires_at == NOW + MONTH
    assert session.exchanged(NOW + 20 * timedelta(days=1), LIFETIMES).expires_at == NOW + timedelta(days=50)
    assert session.exchanged(NOW + timedelta(days=80), LIFETIMES).expires_at == NOW + timedelta(days=90)


def test_a_token_that_is_used_twice_ends_its_session_for_both(world: World) -> None:
    stolen = world.sign_in()
    mine = world.refresh(stolen)
    world.clock.advance(seconds=REPEAT.total_seconds() + 1)

    with pytest.raises(SessionEndedError):
        world.refresh(stolen)
    with pytest.raises(SessionEndedError):
        world.refresh(mine)

    [session] = world.storage.sessions.rows.values()
    assert session.end_reason == "reused"
    assert world.storage.events == [SessionReused(account_id=world.anna, session_id=session.id)]


def test_an_answer_that_got_lost_is_given_again(world: World) -> None:
    first = world.sign_in()
    lost = world.refresh(first)
    world.clock.advance(seconds=REPEAT.total_seconds())
    again = world.refresh(first)

    # Two tabs that ask at once hold the same token, and neither throws the other out.
    assert [read_claims(pair.refresh_token, KEYS, "refresh")["gen"] for pair in (lost, again)] == [1, 1]
    assert world.refresh(lost)
    assert world.storage.events == []


def test_no_older_token_is_ever_given_an_answer_again(world: World) -> None:
    first = world.sign_in()
    world.refresh(world.refresh(first))
    with pytest.raises(SessionEndedError):
        world.refresh(first)
    assert world.reasons() == ["reused"]


def test_only_the_session_of_the_stolen_token_ends(world: World) -> None:
    elsewhere, here = world.sign_in(), world.sign_in()
    world.refresh(world.refresh(here))
    with pytest.raises(SessionEndedError):
        world.refresh(here)
    assert world.refresh(elsewhere)


def test_an_expired_refresh_token_is_refused(world: World) -> None:
    world.clock.advance(days=-31)
    pair = world.sign_in()
    with pytest.raises(UnauthenticatedError):
        world.refresh(pair)


def test_an_access_token_cannot_refresh(world: World) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        world.sessions.refresh(world.sign_in().access_token)
    assert refused.value.message("en") == "A valid refresh token is required: sign in again"


def test_a_session_ends_with_its_account(world: World) -> None:
    pair = world.sign_in()
    world.accounts.erase(world.anna)
    with pytest.raises(SessionEndedError):
        world.refresh(pair)
    assert world.reasons() == ["erased"]


def test_who_is_disabled_is_not_signed_in_any_more(world: World) -> None:
    pair = world.sign_in()
    world.change_anna(disabled_at=NOW)
    with pytest.raises(SessionEndedError):
        world.refresh(pair)


def test_nobody_else_can_make_a_refresh_token(world: World) -> None:
    anna = Identity(str(world.anna), Role.ADMIN)
    forged = sign(anna, issuer="payment", key=KEYS["payment"], now=NOW, lifetime=HOUR, kind="refresh")
    for token in (forged, sign_service("payment", KEYS["payment"], NOW), "garbage", ""):
        with pytest.raises(UnauthenticatedError):
            world.sessions.refresh(token)


def test_a_service_that_signs_itself_a_refresh_token_is_still_no_user(world: World) -> None:
    service = Identity("payment", Role.SERVICE)
    token = sign(service, issuer="payment", key=KEYS["payment"], now=NOW, lifetime=HOUR, kind="refresh")
    with pytest.raises(UnauthenticatedError):
        world.sessions.refresh(token)


@pytest.mark.parametrize("session", [None, uuid4()], ids=["without", "unknown"])
def test_a_token_of_no_session_is_refused(world: World, session: UUID | None) -> None:
    stranger = Identity(str(world.anna), Role.CLIENT, session)
    token = sign(stranger, issuer="users", key=KEYS["users"], now=NOW, lifetime=HOUR, kind="refresh", gen=0)
    with pytest.raises(SessionEndedError):
        world.sessions.refresh(token)


def test_one_sees_where_one_is_signed_in_and_can_end_it(world: World) -> None:
    here = who(world.sign_in())
    world.clock.advance(minutes=1)
    there = who(world.sign_in())
    assert [(s.id, s.current) for s in world.sessions.list(here)] == [(there.session, False), (here.session, True)]

    assert there.session
    world.sessions.end(here, there.session)

    assert [s.id for s in world.sessions.list(here)] == [here.session]
    with pytest.raises(SessionNotFoundError):
        world.sessions.end(here, there.session)


def test_nobody_ends_the_session_of_another(world: World) -> None:
    anna = who(world.sign_in())
    stranger = Identity(str(uuid4()), Role.ADMIN)
    assert anna.session
    with pytest.raises(SessionNotFoundError):
        world.sessions.end(stranger, anna.session)
    assert world.reasons() == [None]


def test_signing_out_here_and_everywhere(world: World) -> None:
    pairs = [world.sign_in() for _ in range(3)]
    world.sessions.end_current(who(pairs[0]))
    assert sorted(map(str, world.reasons())) == ["None", "None", "signed_out"]
    world.sessions.end_all(who(pairs[1]))
    assert world.reasons() == ["signed_out"] * 3
    for pair in pairs:
        with pytest.raises(SessionEndedError):
            world.refresh(pair)


def test_a_new_password_ends_the_other_sessions(world: World) -> None:
    elsewhere, here = world.sign_in(), world.sign_in()
    world.sessions.change_password(who(here), PasswordChange(current=PASSWORD, new="a longer sentence"))

    assert world.refresh(here)
    with pytest.raises(SessionEndedError):
        world.refresh(elsewhere)
    with pytest.raises(InvalidCredentialsError):
        world.sign_in()
    assert world.sign_in(password="a longer sentence")


def test_a_password_is_changed_by_who_knows_it(world: World) -> None:
    here = world.sign_in()
    with pytest.raises(RuleViolationError) as refused:
        world.sessions.change_password(who(here), PasswordChange(current="wrong", new="a longer sentence"))
    assert [(v.field, v.code) for v in refused.value.violations] == [("current", "wrong_password")]
    assert world.sign_in()


@pytest.mark.parametrize(
    ("said", "kept"),
    [(None, ""), ("curl/8.5", "curl/8.5"), ("a\tb\0c\u202e", "abc"), ("x" * 500, "x" * LONGEST_CLIENT)],
)
def test_what_a_client_calls_itself_is_one_short_line(said: str | None, kept: str) -> None:
    assert client_of(said) == kept


def test_passwords_are_hashed_with_salt_by_argon2id() -> None:
    passwords = Argon2Passwords()
    first, second = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=30720,t=2,p=1$")
    assert passwords.matches(PASSWORD, first) and passwords.matches(PASSWORD, second)
    assert not passwords.matches("wrong", first)
    assert not passwords.matches("nobody", None)
    # An erased account's hash is empty.
    assert not passwords.matches("", "")
    assert not passwords.outdated(first)
    assert passwords.outdated(PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD))


def test_an_older_hash_is_made_anew_at_the_next_sign_in_and_the_password_stays(world: World) -> None:
    world.change_anna(password_hash=f"old hash of {PASSWORD}")
    with pytest.raises(InvalidCredentialsError):
        world.sign_in(password="wrong")
    assert world.storage.committed.get(world.anna).password_hash == f"old hash of {PASSWORD}"
    assert world.sign_in()
    assert world.storage.committed.get(world.anna).password_hash == f"hash of {PASSWORD}"
    assert world.sign_in()


def test_a_weak_password_is_no_new_password(world: World) -> None:
    here = world.sign_in()
    with pytest.raises(RuleViolationError) as refused:
        world.sessions.change_password(who(here), PasswordChange(current=PASSWORD, new="qwerty123"))
    assert [(v.field, v.code) for v in refused.value.violations] == [("new", "password_too_common")]
    assert world.sign_in()


def test_keys_are_looked_up_one_by_one() -> None:
    keys = TokenKeys('{"users": "u", "payment": "secretsmanager:never-asked"}')
    assert keys["users"] == keys.again("users") == "u"
    with pytest.raises(KeyError):
        keys["stranger"]
