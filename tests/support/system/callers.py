"""Everybody who may call the API, and those who may not or no longer: to ask every route as each of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects.postgresql import insert

from core.identity import Identity
from core.tokens import USERS, sign, sign_service
from gateway.api_keys.secret import SHOWN, digest, new_key
from gateway.tables import api_keys, sessions, users
from shared_schemas.access import ACCESS, Access, scopes
from shared_schemas.common import Role
from tests.support.gateway import KEYS
from tests.support.system.furnished import person
from tests.support.system.whole_api import PEOPLE, token

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
SCOPES = tuple(scopes(ACCESS))
CLIENT, MANAGER, ADMIN = PEOPLE[Role.CLIENT], PEOPLE[Role.MANAGER], PEOPLE[Role.ADMIN]
STRANGER, DISABLED, ERASED, SIGNED_OUT, TIMED_OUT = (UUID(int=number) for number in range(11, 16))
GUEST, FORGOTTEN, BOOKED = (UUID(int=number) for number in range(16, 19))
SERVICES = tuple(issuer for issuer in KEYS if issuer != USERS)
KEY, REVOKED_KEY, ENDED_KEY, UNKNOWN_KEY = (new_key() for _ in range(4))
LACKING: Mapping[str | None, str] = {None: KEY, **{scope: new_key() for scope in SCOPES}}
"""By scope a key that has all others; a route that asks for none gets one that has them all."""

Tells = Callable[[Access], bool]


@dataclass(frozen=True)
class Caller:
    """Somebody who asks; `may` says where they are let in, and `refusal` what they are answered elsewhere.

    `token` is what they bring to a route, which is the same for all routes but for keys that lack a scope."""

    name: str
    token: Callable[[Access], str | None]
    may: Tells
    refusal: int

    def headers(self, access: Access) -> dict[str, str]:
        brought = self.token(access)
        return {"Authorization": f"Bearer {brought}"} if brought else {}


def known(name: str, brought: str | None, may: Tells) -> Caller:
    """Somebody whom the authoriser lets through: what they may not do is 403."""
    return Caller(name, lambda _access: brought, may, 403)


def nobody(name: str, brought: str | None = None) -> Caller:
    """Somebody whom it does not: 401 everywhere."""
    return Caller(name, lambda _access: brought, lambda _access: False, 401)


def role(wanted: Role) -> Tells:
    return lambda access: wanted in access.roles


def of_service(name: str) -> Caller:
    """A service, whose tokens end so soon that each is made when it is needed."""
    return Caller(name, lambda _access: token(name), lambda access: name in access.services, 403)


def signed(
    subject: UUID, claimed: Role, session: UUID | None = None, booking: UUID | None = None, **changes: Any
) -> str:
    """A user's token, or that of a guest for a `booking`; it says what it likes of the role."""
    identity = Identity(str(subject), claimed, session=None if booking else session or subject, booking=booking)
    given: dict[str, Any] = {"issuer": USERS, "key": KEYS[USERS], "now": NOW, "lifetime": DAY, "kind": "access"}
    return sign(identity, **(given | changes))


def guest(booking: UUID) -> Caller:
    """Somebody without an account, who has the token of this booking."""
    return known("guest", signed(GUEST, Role.CLIENT, booking=booking), lambda access: access.guests)


def linked(booking: UUID) -> Caller:
    """The owner of an account who followed a link to this booking, and has not signed in."""
    return known("client by a link", signed(CLIENT, Role.CLIENT, booking=booking), lambda access: access.guests)


CALLERS = (
    Caller("nobody", lambda _access: None, lambda access: access.strangers, 401),
    known("client", signed(CLIENT, Role.CLIENT), role(Role.CLIENT)),
    known("manager", signed(MANAGER, Role.MANAGER), role(Role.MANAGER)),
    known("admin", signed(ADMIN, Role.ADMIN), role(Role.ADMIN)),
    guest(BOOKED),
    nobody("guest who was forgotten", signed(FORGOTTEN, Role.CLIENT, booking=BOOKED)),
    linked(BOOKED),
    nobody("staff by a link", signed(MANAGER, Role.CLIENT, booking=BOOKED)),
    nobody("disabled account by a link", signed(DISABLED, Role.CLIENT, booking=BOOKED)),
    known("client who says admin", signed(CLIENT, Role.ADMIN), role(Role.CLIENT)),
    *map(of_service, SERVICES),
    known("key", KEY, lambda access: access.scope in SCOPES and Role.MANAGER in access.roles),
    Caller("key without the scope", lambda access: LACKING[access.scope], lambda _access: False, 403),
    nobody("revoked key", REVOKED_KEY),
    nobody("key that has ended", ENDED_KEY),
    nobody("key that nobody has", UNKNOWN_KEY),
    nobody("expired token", signed(ADMIN, Role.ADMIN, now=NOW - 2 * DAY)),
    nobody("refresh token", signed(ADMIN, Role.ADMIN, kind="refresh")),
    nobody("session that was signed out", signed(SIGNED_OUT, Role.ADMIN)),
    nobody("session that has ended", signed(TIMED_OUT, Role.ADMIN)),
    nobody("disabled account", signed(DISABLED, Role.ADMIN)),
    nobody("erased account", signed(ERASED, Role.ADMIN)),
    nobody("forged token", signed(ADMIN, Role.ADMIN, key="x" * 64)),
    nobody("service that says admin", signed(ADMIN, Role.ADMIN, issuer="booking", key=KEYS["booking"])),
    nobody("service with another's key", sign_service("payment", KEYS["booking"], NOW)),
    nobody("expired token of a service", sign_service("integration", KEYS["integration"], NOW - DAY)),
)
OTHER_CLIENT = known("other client", signed(STRANGER, Role.CLIENT), role(Role.CLIENT))


def stand(engine: Engine) -> None:
    """Everybody stands as they did, whatever they have been asked to do to themselves."""
    with engine.begin() as connection:
        for table, rows in ((users, _people()), (users, _guests()), (sessions, _sessions()), (api_keys, _keys())):
            _put(connection, table, list(rows))


def _people() -> Iterator[dict[str, object]]:
    everybody = {STRANGER: Role.CLIENT, CLIENT: Role.CLIENT, MANAGER: Role.MANAGER}
    for person_id in (STRANGER, CLIENT, MANAGER, ADMIN, DISABLED, ERASED, SIGNED_OUT, TIMED_OUT):
        over = {
            "disabled_at": NOW if person_id == DISABLED else None,
            "erased_at": NOW if person_id == ERASED else None,
        }
        yield person(person_id, everybody.get(person_id, Role.ADMIN)) | over


def _guests() -> Iterator[dict[str, object]]:
    for guest_id in (GUEST, FORGOTTEN):
        gone = NOW if guest_id == FORGOTTEN else None
        yield person(guest_id, Role.CLIENT) | {"guest": True, "booked_at": NOW, "erased_at": gone}


def _sessions() -> Iterator[dict[str, object]]:
    for person_id in (STRANGER, CLIENT, MANAGER, ADMIN, DISABLED, ERASED, SIGNED_OUT, TIMED_OUT):
        out = person_id == SIGNED_OUT
        yield {
            "id": person_id,
            "user_id": person_id,
            "generation": 0,
            "client": "",
            "created_at": NOW - DAY,
            "used_at": NOW - DAY,
            "expires_at": NOW if person_id == TIMED_OUT else NOW + DAY,
            "ended_at": NOW if out else None,
            "end_reason": "signed_out" if out else None,
        }


def _keys() -> Iterator[dict[str, object]]:
    keys = (KEY, REVOKED_KEY, ENDED_KEY, *(LACKING[scope] for scope in SCOPES))
    lacks = {key: scope for scope, key in LACKING.items() if scope}
    for number, key in enumerate(keys, 101):
        revoked = key == REVOKED_KEY
        yield {
            "id": UUID(int=number),
            "name": "Our site",
            "prefix": key[:SHOWN],
            "digest": digest(key),
            "scopes": [scope for scope in SCOPES if scope != lacks.get(key)],
            "created_by": ADMIN,
            "created_at": NOW - DAY,
            "expires_at": NOW if key == ENDED_KEY else NOW + DAY,
            "revoked_at": NOW if revoked else None,
            "revoked_by": ADMIN if revoked else None,
        }


def _put(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    new = insert(table).values(rows)
    again = {name: new.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=again))
