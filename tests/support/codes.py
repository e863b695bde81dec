"""One-time codes as a test drives them: the use cases on storage in memory, and the messages that would go out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.accounts.domain import User
from gateway.accounts.service import Accounts
from gateway.codes.confirmations import Confirmations
from gateway.codes.domain import Address, SentCode
from gateway.codes.errors import CodeNotFoundError
from gateway.codes.letters import Letters
from gateway.codes.registration import Registration
from gateway.codes.resets import Resets
from gateway.codes.service import Codes
from gateway.codes.sign_in import CodeSignIn
from gateway.sessions.domain import Lifetimes
from gateway.sessions.guard import Guard
from gateway.sessions.service import Sessions
from shared_schemas.accounts import Account, TokenPair, TokenRequest
from shared_schemas.errors import CycloramaError
from tests.support.clock import FixedClock
from tests.support.gateway import DATA_KEYS, KEYS, SECOND_STEP, FakePasswords, FakeStorage, registration

HOME, AWAY = "203.0.113.7", "198.51.100.9"
EMAIL, PHONE = Address("email", "anna@example.com"), Address("sms", "+79161234567")
SESSIONS = Lifetimes(access=timedelta(hours=1), idle=timedelta(days=30), longest=timedelta(days=90))


class Door:
    """Where people come in, and what was sent to them."""

    def __init__(self) -> None:
        self.storage, self.passwords, self.clock = FakeStorage(), FakePasswords(), FixedClock()
        self.accounts = Accounts(self.storage, self.clock, self.passwords)
        guard = Guard(self.storage, self.clock, DATA_KEYS)
        self.sessions = Sessions(self.storage, self.clock, self.passwords, KEYS, guard, SESSIONS, SECOND_STEP)
        letters = Letters(self.clock, DATA_KEYS)
        self.codes = Codes(self.storage, self.clock, letters, DATA_KEYS)
        self.resets = Resets(self.storage, self.clock, self.passwords, DATA_KEYS)
        self.registration = Registration(self.storage, self.accounts, letters)
        self.confirmations = Confirmations(self.storage, self.clock, self.passwords, guard, self.codes, letters)
        self.code_sign_in = CodeSignIn(self.storage, self.clock, self.codes, self.sessions)

    def anna(self, **changes: Any) -> Account:
        """Registered, with nothing confirmed but what `changes` say."""
        account = self.accounts.register(registration())
        self.change(account.id, **changes)
        return account

    def change(self, user_id: UUID, **changes: Any) -> None:
        with self.storage() as work:
            work.users.update(replace(work.users.get(user_id), **changes))
            work.commit()

    def user(self, user_id: UUID) -> User:
        return self.storage.committed.get(user_id)

    def send(self, to: Address = EMAIL, network: str = HOME) -> str:
        """The code that arrives."""
        before = set(self.storage.codes.rows)
        self.codes.send(to, "ru", network)
        [new] = set(self.storage.codes.rows) - before
        return self.codes.pending(new).secret

    def link(self, email: str = EMAIL.value, network: str = HOME) -> str | None:
        """What the link ends with that arrives; None where nothing is sent."""
        before = set(self.storage.codes.rows)
        self.codes.reset(email, "ru", network)
        [new] = set(self.storage.codes.rows) - before
        try:
            return self.codes.pending(new).secret
        except CodeNotFoundError:
            return None

    def enter(self, code: str, at: Address = EMAIL, network: str = HOME, *, consent: bool = True) -> TokenPair:
        where = {"email": at.value} if at.channel == "email" else {"phone": at.value}
        request = TokenRequest.model_validate({**where, "code": code, "consent": consent})
        return self.code_sign_in.sign_in(request, "a test", network)

    def outcome(self, code: str, at: Address = EMAIL, network: str = HOME, *, consent: bool = True) -> str:
        """`in`, or the code of the refusal."""
        with refusals() as said:
            self.enter(code, at, network, consent=consent)
        return said[0] if said else "in"

    def waiting(self) -> list[SentCode]:
        return list(self.storage.codes.rows.values())


@contextmanager
def refusals() -> Iterator[list[str]]:
    """The code of the refusal in it, if there is one."""
    said: list[str] = []
    try:
        yield said
    except CycloramaError as error:
        said.append(error.code)


def wrong(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 10**6:06}"
