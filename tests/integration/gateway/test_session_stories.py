"""Whatever happens to accounts and sessions in whatever order: who is let in is what a simple model says."""

import json
from base64 import b32decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine

from core.identity import Identity
from core.keys.ring import Ring, ring_of
from core.postgres.asking import Asking
from core.tokens import read_claims
from gateway import composition
from gateway.second_factor.totp import STEP_SECONDS, code_of, step_at
from gateway.sessions.domain import REPEAT
from gateway.sessions.standing_repository import Standings
from shared_schemas.accounts import PasswordChange, StaffPatch, TokenPair, TokenRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from tests.support.chance import scaled, seed, told
from tests.support.clock import FixedClock
from tests.support.database import RecordingPublisher
from tests.support.gateway import KEYS, PASSWORD, FakePasswords, staff
from tests.support.keys import FixedKeys
from tests.support.system.environment import NOBODY, deployed

STEPS, STORIES = 60, 6
T = TypeVar("T")


@dataclass
class Known:
    """A session as the model knows it: its tokens by generation, and when the newest was given."""

    person: UUID
    tokens: list[TokenPair]
    given_at: datetime
    over: bool = False
    void: bool = False
    """Its tokens were signed with a key that was stolen since."""


@dataclass
class Model:
    """What must be so."""

    roles: dict[UUID, Role] = field(default_factory=dict)
    passwords: dict[UUID, str] = field(default_factory=dict)
    disabled: set[UUID] = field(default_factory=set)
    factors: dict[UUID, bytes] = field(default_factory=dict)
    """The secrets of those who have a second factor."""
    sessions: dict[UUID, Known] = field(default_factory=dict)

    def role(self, session: UUID) -> Role | None:
        known = self.sessions[session]
        return None if known.over or known.person in self.disabled else self.roles.get(known.person)

    def end(self, person: UUID, but: UUID | None = None) -> None:
        for key, known in self.sessions.items():
            if known.person == person and key != but:
                known.over = True

    def is_last_admin(self, person: UUID) -> bool:
        admins = {p for p, role in self.roles.items() if role is Role.ADMIN and p not in self.disabled}
        return admins == {person}


class Story:
    """One random history, played on the service and on the model side by side."""

    def __init__(self, app: composition.App, clock: FixedClock, chance: Random) -> None:
        self.app, self.clock, self.chance, self.model = app, clock, chance, Model()
        self.emails: dict[UUID, str] = {}
        self.keys = FixedKeys(KEYS)
        vars(app)["token_keys"] = self.keys

    def play(self) -> None:
        for role in (Role.ADMIN, Role.MANAGER, Role.ADMIN):
            self.hire(role)
        actions = (
            [self.sign_in] * 5 + [self.refresh] * 8 + [self.wait] * 3 + [self.change_role, self.disable, self.hire]
            + [self.rotate_keys] * 3 + [self.lose_keys] + [self.turn_factor_on] * 2 + [self.lose_phone]
            + [self.sign_out, self.sign_out_elsewhere, self.sign_out_everywhere, self.change_password, self.erase]
        )  # fmt: skip
        asking = Asking(self.app.world.settings)
        standings = Standings(asking)
        try:
            for step in range(STEPS):
                action = self.chance.choice(actions)
                action()
                for session in self.model.sessions:
                    assert standings.role(session) == self.model.role(session), (step, action.__name__, told())
        finally:
            asking.close()

    def hire(self, role: Role = Role.MANAGER) -> None:
        email = f"{len(self.emails)}-{self.chance.random()}@example.com"
        person = self.app.accounts.register(staff(email=email, role=role), role).id
        self.model.roles[person], self.model.passwords[person], self.emails[person] = role, PASSWORD, email

    def sign_in(self) -> None:
        person = self.anybody()
        password = self.chance.choice([self.model.passwords[person], "wrong password"])
        code = self.chance.choice([None, self.code(person)])
        request = TokenRequest(email=self.emails[person], password=password, second_factor=code)
        expected = "invalid_credentials" if password != self.model.passwords[person] else None
        if not expected and person in self.model.disabled:
            expected = "account_disabled"
        if not expected and person in self.model.factors and code is None:
            expected = "second_factor_required"
        if pair := self.outcome(
            expected, lambda: self.app.sessions.sign_in(request, "", f"address {len(self.model.sessions)}")
        ):
            session = UUID(read_claims(pair.access_token, self.keys)["sid"])
            self.model.sessions[session] = Known(person, [pair], self.clock.now())

    def refresh(self) -> None:
        """With the newest token, mostly, or with one that somebody kept."""
        if not self.model.sessions:
            return
        key = self.chance.choice(list(self.model.sessions))
        known, now = self.model.sessions[key], self.clock.now()
        index = self.chance.choice([len(known.tokens) - 1] * 3 + [self.chance.randrange(len(known.tokens))])
        newest = index == len(known.tokens) - 1
        again = index == len(known.tokens) - 2 and now - known.given_at <= REPEAT
        standing = self.model.role(key) is not None
        token = known.tokens[index].refresh_token
        expected = None if standing and (newest or again) else "session_ended"
        if known.void:
            self.outcome("unauthorized", lambda: self.app.sessions.refresh(token))
            return
        pair = self.outcome(expected, lambda: self.app.sessions.refresh(token))
        if standing and not pair:
            known.over = True
        if pair and newest:
            known.tokens.append(pair)
            known.given_at = now

    def code(self, person: UUID) -> str:
        """Half a minute on, as none is good twice."""
        self.clock.advance(seconds=STEP_SECONDS)
        return code_of(self.model.factors.get(person, b""), step_at(self.clock.now()))

    def turn_factor_on(self) -> None:
        if found := self.signed_in():
            person = found.user_id
            expected = "second_factor_on" if person in self.model.factors else None
            if started := self.outcome(
                expected, lambda: self.app.second_factors.start(found, self.model.passwords[found.user_id])
            ):
                self.model.factors[person] = b32decode(started.secret)
                self.app.second_factors.confirm(found, self.code(person))
                self.model.end(person, but=found.session)

    def lose_phone(self) -> None:
        """An administrator helps."""
        person = self.anybody()
        expected = None if person in self.model.factors else "second_factor_not_found"
        self.outcome(expected, lambda: self.app.second_factors.remove_of(person, person))
        if self.model.factors.pop(person, None):
            self.model.end(person)

    def wait(self) -> None:
        self.clock.advance(seconds=self.chance.choice([1, REPEAT.total_seconds(), REPEAT.total_seconds() + 1]))

    def rotate_keys(self) -> None:
        """Nobody is to notice."""
        ring = ring_of(self.keys["users"])
        self.keys["users"] = ring.rotated(f"{self.chance.random()}", self.clock.now(), timedelta(days=30)).text()

    def lose_keys(self) -> None:
        """Somebody stole them: sessions go on, but no token of theirs is good any more."""
        self.keys["users"] = Ring.of_one(f"{self.chance.random()}").text()
        for known in self.model.sessions.values():
            known.void = True

    def change_role(self) -> None:
        person, role = self.anybody(), self.chance.choice([Role.MANAGER, Role.ADMIN])
        last = role is not Role.ADMIN and self.model.is_last_admin(person)
        if self.outcome("last_admin" if last else None, lambda: self.app.staff.change(person, StaffPatch(role=role))):
            self.model.roles[person] = role

    def disable(self) -> None:
        person, disabled = self.anybody(), self.chance.random() < 0.6
        last = disabled and self.model.is_last_admin(person)
        change = StaffPatch(disabled=disabled)
        if self.outcome("last_admin" if last else None, lambda: self.app.staff.change(person, change)):
            (self.model.disabled.add if disabled else self.model.disabled.discard)(person)
            if disabled:
                self.model.end(person)

    def sign_out(self) -> None:
        if found := self.signed_in():
            self.app.sessions.end_current(found)
            self.model.sessions[found.session].over = True  # type: ignore[index]

    def sign_out_elsewhere(self) -> None:
        if found := self.signed_in():
            other = self.chance.choice(list(self.model.sessions))
            mine = self.model.sessions[other].person == found.user_id and not self.model.sessions[other].over
            self.outcome(None if mine else "session_not_found", lambda: self.app.sessions.end(found, other))
            self.model.sessions[other].over |= mine

    def sign_out_everywhere(self) -> None:
        if found := self.signed_in():
            self.app.sessions.end_all(found)
            self.model.end(found.user_id)

    def change_password(self) -> None:
        if found := self.signed_in():
            change = PasswordChange(current=self.model.passwords[found.user_id], new=f"{self.chance.random()} long")
            self.app.sessions.change_password(found, change)
            self.model.passwords[found.user_id] = change.new
            self.model.end(found.user_id, but=found.session)

    def erase(self) -> None:
        person = self.anybody()
        last = self.model.is_last_admin(person)
        self.outcome("last_admin" if last else None, lambda: self.app.accounts.erase(person))
        if not last:
            self.model.end(person)
            del self.model.roles[person]
            self.model.disabled.discard(person)
            self.model.factors.pop(person, None)

    def anybody(self) -> UUID:
        return self.chance.choice(list(self.model.roles))

    def signed_in(self) -> Identity | None:
        standing = [key for key in self.model.sessions if self.model.role(key)]
        if not standing:
            return None
        key = self.chance.choice(standing)
        return Identity(str(self.model.sessions[key].person), Role.MANAGER, key)

    def outcome(self, expected: str | None, act: Callable[[], T]) -> T | None:
        try:
            result = act()
        except CycloramaError as refused:
            assert refused.code == expected, told()
            return None
        assert expected is None, told()
        return result


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    monkeypatch.setenv("ACCESS_MINUTES", "1440")
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        yield app


@pytest.mark.parametrize("number", range(scaled(STORIES)))
def test_who_is_let_in_is_what_a_simple_model_says(service: composition.App, number: int) -> None:
    # Tokens are verified against the machine's own clock, so a story lies in its past.
    clock = FixedClock(datetime.now(UTC) - timedelta(hours=2))
    app = composition.App(replace(service.world, clock=clock, publisher=RecordingPublisher()), FakePasswords)
    Story(app, clock, Random(f"{seed()}-{number}")).play()
