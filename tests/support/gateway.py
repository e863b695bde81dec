"""The accounts' use cases on storage in memory."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from core.clock import SystemClock
from gateway.accounts.domain import User
from gateway.accounts.errors import AccountNotFoundError, EmailTakenError, PhoneTakenError
from gateway.accounts.ports import EndReason
from gateway.api_keys.domain import Key
from gateway.api_keys.errors import ApiKeyNotFoundError
from gateway.codes.domain import SentCode
from gateway.keys.data_keys import DataKeys
from gateway.second_factor.check import SecondFactorCheck
from gateway.second_factor.domain import SecondFactor
from gateway.second_factor.sealing import Sealing
from gateway.sessions.domain import SignIn
from gateway.sessions.tries import Tries
from gateway.staff.domain import Invitation
from gateway.staff.errors import InvitationNotFoundError
from shared_schemas.accounts import AccountRequest, Contact, StaffRequest
from shared_schemas.api_keys import ApiKey, KeyMaker
from shared_schemas.common import Role
from shared_schemas.events.envelope import EventData
from tests.support.keys import FixedKeys
from tests.support.privacy.consents import FakeConsents, FakeDocuments

ISSUERS = ("users", "booking", "payment", "integration", "notification")
KEYS = FixedKeys({issuer: f"{issuer}-{'k' * 40}" for issuer in ISSUERS})
DATA_KEY = "data-" + "k" * 40
DATA_KEYS = DataKeys(DATA_KEY, SystemClock())
SEALING = Sealing(DATA_KEYS)
SECOND_STEP = SecondFactorCheck(DATA_KEYS, SEALING)
PASSWORD = "correct horse"


def registration(**changes: Any) -> AccountRequest:
    values: dict[str, Any] = {
        "email": "anna@example.com",
        "phone": "+79161234567",
        "full_name": "Anna Petrova",
        "password": PASSWORD,
        "consent": True,
    }
    return AccountRequest.model_validate(values | changes)


def staff(**changes: Any) -> StaffRequest:
    values = registration().model_dump(exclude={"consent", "consents"}) | {"role": "admin"}
    return StaffRequest.model_validate(values | changes)


class FakePasswords:
    """Hashes that one can read; counts the comparisons."""

    def __init__(self) -> None:
        self.compared = 0

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def matches(self, password: str, hashed: str | None) -> bool:
        self.compared += 1
        return hashed in {self.hash(password), f"old {self.hash(password)}"}

    def outdated(self, hashed: str) -> bool:
        return hashed.startswith("old ")


class FakeUsers:
    """Users in memory, with the rules of the table."""

    def __init__(self) -> None:
        self.rows: dict[UUID, User] = {}
        self.erased: dict[UUID, datetime] = {}

    def add(self, user: User) -> None:
        self.update(user)

    def get(self, user_id: UUID, *, locked: bool = False) -> User:  # noqa: ARG002 - one thread
        if user_id not in self.rows:
            raise AccountNotFoundError(account_id=str(user_id))
        return self.rows[user_id]

    def by_email(self, email: str, *, locked: bool = False) -> User | None:  # noqa: ARG002 - one thread
        return next((user for user in self.rows.values() if user.email == email), None)

    def by_phone(self, phone: str, *, locked: bool = False) -> User | None:  # noqa: ARG002 - one thread
        proven = (user for user in self.rows.values() if user.phone_confirmed_at)
        return next((user for user in proven if user.phone == phone), None)

    def update(self, user: User) -> None:
        others = [other for other in self.rows.values() if other.id != user.id]
        if user.email and any(other.email == user.email for other in others):
            raise EmailTakenError
        if user.phone_confirmed_at and any(o.phone == user.phone and o.phone_confirmed_at for o in others):
            raise PhoneTakenError
        self.rows[user.id] = user

    def is_known(self, user_id: UUID) -> bool:
        return user_id in self.rows

    def contact(self, user_id: UUID) -> Contact:
        return self.get(user_id).contact()

    def client(self, user_id: UUID) -> UUID:
        if self.get(user_id).role is not Role.CLIENT:
            raise AccountNotFoundError(account_id=str(user_id))
        return user_id

    def erase(self, user_id: UUID, at: datetime) -> list[UUID]:
        del self.rows[self.get(user_id).id]
        self.erased[user_id] = at
        return [user_id]

    def has_admin(self) -> bool:
        return any(user.role is Role.ADMIN for user in self.rows.values())

    def staff(self) -> list[User]:
        return sorted((user for user in self.rows.values() if user.role is not Role.CLIENT), key=lambda u: u.full_name)

    def working_admins(self) -> set[UUID]:
        return {user.id for user in self.rows.values() if user.role is Role.ADMIN and not user.disabled_at}


class FakeSessions:
    """Sessions in memory."""

    def __init__(self) -> None:
        self.rows: dict[UUID, SignIn] = {}

    def add(self, session: SignIn) -> None:
        self.rows[session.id] = session

    def locked(self, session_id: UUID) -> SignIn | None:
        return self.rows.get(session_id)

    def put(self, session: SignIn) -> None:
        self.rows[session.id] = session

    def open_of(self, user_id: UUID, now: datetime) -> list[SignIn]:
        found = (session for session in self.rows.values() if session.user_id == user_id and session.is_open(now))
        return sorted(found, key=lambda session: session.used_at, reverse=True)

    def end_all(self, user_id: UUID, reason: EndReason, at: datetime, *, but: UUID | None = None) -> None:
        for session in list(self.rows.values()):
            if session.user_id == user_id and session.ended_at is None and session.id != but:
                self.put(session.ended(reason, at))

    def erase(self, user_id: UUID, at: datetime) -> None:
        self.end_all(user_id, "erased", at)


class FakeTries:
    """Counts of tries in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Tries] = {}
        self.known: set[tuple[UUID, str]] = set()

    def locked(self, keys: Collection[str], now: datetime) -> list[Tries]:
        return [self.rows.get(key, Tries(key, 0, now, now)) for key in sorted(keys)]

    def put(self, counts: Sequence[Tries]) -> None:
        self.rows |= {each.key: each for each in counts}

    def forget(self, key: str) -> None:
        self.rows.pop(key, None)

    def is_known(self, user_id: UUID, address: str) -> bool:
        return (user_id, address) in self.known

    def remember(self, user_id: UUID, address: str, now: datetime) -> None:  # noqa: ARG002 - for ever
        self.known.add((user_id, address))


class FakeApiKeys:
    """API keys in memory; nobody who made one ever leaves."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Key] = {}

    def add(self, key: Key) -> None:
        self.rows[key.id] = key

    def all(self) -> list[ApiKey]:
        return [self.shown(key.id) for key in sorted(self.rows.values(), key=lambda key: key.created_at, reverse=True)]

    def shown(self, key_id: UUID) -> ApiKey:
        own = vars(self.locked(key_id)) | {"created_by": KeyMaker(id=self.rows[key_id].created_by, active=True)}
        return ApiKey(**{name: own[name] for name in ApiKey.model_fields})

    def locked(self, key_id: UUID) -> Key:
        if key_id not in self.rows:
            raise ApiKeyNotFoundError(api_key_id=str(key_id))
        return self.rows[key_id]

    def put(self, key: Key) -> None:
        self.rows[key.id] = key

    def in_use(self, now: datetime) -> int:
        return sum(key.revoked_at is None and key.expires_at > now for key in self.rows.values())


class FakeCodes:
    """Codes that wait, in memory."""

    def __init__(self) -> None:
        self.rows: dict[UUID, SentCode] = {}

    def get(self, code_id: UUID, *, locked: bool = False) -> SentCode | None:  # noqa: ARG002 - one thread
        return self.rows.get(code_id)

    def locked(self, target: str) -> list[SentCode]:
        return [code for code in self.rows.values() if code.target == target]

    def replace(self, code: SentCode) -> None:
        def kind(one: SentCode) -> tuple[str, str, str]:
            return one.target, one.purpose, one.place

        self.rows = {each.id: each for each in self.rows.values() if kind(each) != kind(code)} | {code.id: code}

    def put(self, code: SentCode) -> None:
        self.rows[code.id] = code

    def forget(self, target: str) -> None:
        self.rows = {each.id: each for each in self.rows.values() if each.target != target}

    def erase(self, user_id: UUID) -> None:
        self.rows = {each.id: each for each in self.rows.values() if each.account_id != user_id}


class FakeFactors:
    """Second factors in memory."""

    def __init__(self) -> None:
        self.rows: dict[UUID, SecondFactor] = {}

    def locked(self, user_id: UUID) -> SecondFactor | None:
        return self.rows.get(user_id)

    def put(self, factor: SecondFactor) -> None:
        self.rows[factor.user_id] = factor

    def remove(self, user_id: UUID) -> None:
        self.rows.pop(user_id, None)

    def sealed_otherwise(self, key_id: str, after: UUID, limit: int) -> Sequence[UUID]:
        others = (each for each, row in self.rows.items() if each > after and not row.secret.startswith(f"{key_id}."))
        return sorted(others)[:limit]


class FakeInvitations:
    """Invitations in memory."""

    def __init__(self) -> None:
        self.rows: dict[UUID, Invitation] = {}

    def replace(self, invitation: Invitation) -> None:
        others = {each.id: each for each in self.rows.values() if each.email != invitation.email}
        self.rows = others | {invitation.id: invitation}

    def all(self) -> list[Invitation]:
        return sorted(self.rows.values(), key=lambda each: each.created_at, reverse=True)

    def get(self, invitation_id: UUID) -> Invitation:
        if invitation_id not in self.rows:
            raise InvitationNotFoundError
        return self.rows[invitation_id]

    def by_digest(self, digest: str, *, locked: bool = False) -> Invitation:  # noqa: ARG002 - one thread
        found = [each for each in self.rows.values() if each.digest == digest]
        if not found:
            raise InvitationNotFoundError
        return found[0]

    def remove(self, invitation_id: UUID) -> None:
        del self.rows[self.get(invitation_id).id]


class FakeStorage:
    """Gives units of work; only what was committed is there for the next."""

    def __init__(self) -> None:
        self.committed = FakeUsers()
        self.sessions = FakeSessions()
        self.tries = FakeTries()
        self.api_keys = FakeApiKeys()
        self.codes = FakeCodes()
        self.second_factors = FakeFactors()
        self.invitations = FakeInvitations()
        self.consents = FakeConsents()
        self.consent_documents = FakeDocuments()
        self.events: list[EventData] = []

    def __call__(self) -> "FakeWork":
        return FakeWork(self)


class FakeGuests:
    """There are none."""

    def join(self, _account_id: UUID, _phone: str | None, _email: str | None) -> Sequence[UUID]:
        return []

    def share_consents(self, account_id: UUID, guest_ids: Sequence[UUID]) -> None:
        raise AssertionError(account_id, guest_ids)


class FakeWork:
    """One transaction on the storage."""

    def __init__(self, storage: FakeStorage) -> None:
        self._storage = storage
        self._events: list[EventData] = []
        self.users = FakeUsers()
        self.sessions = FakeSessions()
        self.tries = FakeTries()
        self.api_keys = FakeApiKeys()
        self.codes = FakeCodes()
        self.second_factors = FakeFactors()
        self.guests = FakeGuests()
        self.invitations = FakeInvitations()
        self.consents = FakeConsents()
        self.consent_documents = storage.consent_documents

    def __enter__(self) -> Self:
        committed = self._storage.committed
        self.users.rows, self.users.erased = copy(committed.rows), copy(committed.erased)
        self.sessions.rows = copy(self._storage.sessions.rows)
        self.tries.rows, self.tries.known = copy(self._storage.tries.rows), copy(self._storage.tries.known)
        self.api_keys.rows = copy(self._storage.api_keys.rows)
        self.codes.rows = copy(self._storage.codes.rows)
        self.second_factors.rows = copy(self._storage.second_factors.rows)
        self.invitations.rows = copy(self._storage.invitations.rows)
        self.consents.rows = copy(self._storage.consents.rows)
        return self

    def __exit__(self, *_error: Any) -> None:
        """What was not committed is gone with this object."""

    def emit(self, data: EventData) -> None:
        self._events.append(data)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        users, consents, events = copy(self.users.rows), copy(self.consents.rows), copy(self._events)
        try:
            yield
        except BaseException:
            self.users.rows, self.consents.rows, self._events = users, consents, events
            raise

    def post(self, data: EventData) -> None:
        self._storage.events.append(data)

    def commit(self) -> None:
        self._storage.committed, self._storage.sessions, self._storage.tries = self.users, self.sessions, self.tries
        self._storage.api_keys = self.api_keys
        self._storage.codes, self._storage.second_factors = self.codes, self.second_factors
        self._storage.invitations, self._storage.consents = self.invitations, self.consents
        self._storage.events += self._events
