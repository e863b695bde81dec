"""Every route, asked by everybody through the whole API with its authoriser: who gets in is what the table says.

A caller is one line in `CALLERS`. Somebody else's things are 404 for a client, wherever a path names one."""

import json
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

import pytest
from sqlalchemy import Engine

from core.postgres.asking import Asking
from gateway import composition, composition_authorizer
from gateway.api_keys.standing_repository import KeyHolders
from gateway.sessions.standing_repository import Standings
from gateway.sessions.verdict import Authorizer
from infra.local.doors.request import Response
from shared_schemas.access import ACCESS
from shared_schemas.common import Role
from tests.support.database import EngineFor
from tests.support.gateway import KEYS
from tests.support.system.callers import BOOKED, CALLERS, OTHER_CLIENT, Caller, guest, linked, stand
from tests.support.system.furnished import furnish, order_more
from tests.support.system.hostile import Good, good_requests
from tests.support.system.whole_api import PEOPLE, WholeApi, whole_api

CLIENT = next(caller for caller in CALLERS if caller.name == "client")
STAFF = [caller for caller in CALLERS if caller.name in ("manager", "admin", "key")]
REFUSED = {401, 403}
LEFT_OUT = ("override_reason", "refund_percent", "booking_ids", "add_ons", "certificate_id", "group_id")
"""What only staff may send, and what would name further things."""


@pytest.fixture(scope="module")
def gateway(engine_for: EngineFor) -> Engine:
    return engine_for("gateway")


@pytest.fixture(scope="module")
def api(engine_for: EngineFor, gateway: Engine) -> Iterator[WholeApi]:
    """With the authoriser as it is deployed, which asks the database."""
    with pytest.MonkeyPatch.context() as patch, whole_api(engine_for, patch) as made:
        asking = Asking(composition.app().world.settings)
        standings = Standings(asking)
        real = Authorizer(KEYS, standings.role, KeyHolders(asking).holder, standings.is_client)
        patch.setattr(composition_authorizer, "authorizer", lambda: real)
        stand(gateway)
        yield made
        asking.close()


def route_of(good: Good) -> str:
    return f"{good.method} {good.template}"


def ask(api: WholeApi, caller: Caller, good: Good, method: str = "", body: bytes = b"{}") -> Response:
    call = good.call(caller.name)
    access = ACCESS[route_of(good)]
    return api.request(method or call.method, call.path, call.query, caller.headers(access), body)


def expected(caller: Caller, good: Good) -> str:
    access = ACCESS[route_of(good)]
    return "let in" if access.is_open or caller.may(access) else str(caller.refusal)


def told(answer: Response) -> str:
    """A refusal by its status; anything else that is no fault of ours means that the caller got in."""
    return str(answer.status) if answer.status in REFUSED or answer.status >= 500 else "let in"


def test_every_route_of_the_table_is_asked() -> None:
    assert {route_of(good) for good in good_requests({})} == set(ACCESS)


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_who_gets_in_is_what_the_table_says(api: WholeApi, gateway: Engine, caller: Caller) -> None:
    wrong = []
    for good in good_requests({}):
        answer = told(ask(api, caller, good))
        if answer != expected(caller, good):
            wrong.append(f"{route_of(good)}: {answer}, not {expected(caller, good)}")
        if good.method == "DELETE" and answer == "let in":
            stand(gateway)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_head_is_answered_to_those_who_may_get(api: WholeApi, caller: Caller) -> None:
    gets = [good for good in good_requests({}) if good.method == "GET" and not ACCESS[route_of(good)].is_open]
    answers = {route_of(good): told(ask(api, caller, good, "HEAD")) for good in gets}
    assert answers == {route_of(good): expected(caller, good) for good in gets}


@pytest.fixture(scope="module")
def things(api: WholeApi, gateway: Engine) -> Mapping[str, str]:
    """One of each kind of thing that a client can have, by the name that paths give it."""
    stand(gateway)
    return order_more(api, furnish(api)) | {"session_id": str(PEOPLE[Role.CLIENT])}


@pytest.mark.parametrize("caller", STAFF, ids=lambda caller: caller.name)
def test_staff_and_their_programs_see_what_clients_have(
    api: WholeApi, things: Mapping[str, str], caller: Caller
) -> None:
    reads = [good for good in about_clients(things) if good.method == "GET"]
    assert {route_of(good): ask(api, caller, good).status for good in reads} == {route_of(good): 200 for good in reads}


def test_what_a_client_has_is_not_there_for_another(api: WholeApi, gateway: Engine, things: Mapping[str, str]) -> None:
    assert len(about_clients(things)) > 15
    wrong = []
    for good in about_clients(things):
        body = as_client(good)
        foreign, own = (ask(api, caller, good, body=body) for caller in (OTHER_CLIENT, CLIENT))
        if foreign.status != 404 or b"not_found" not in foreign.body:
            wrong.append(f"{route_of(good)}: somebody else's is {foreign.status} {foreign.body[:200]!r}")
        if own.status in {*REFUSED, 404} or own.status >= 500:
            wrong.append(f"{route_of(good)}: one's own is {own.status} {own.body[:200]!r}")
        stand(gateway)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("of", [guest, linked])
def test_who_has_the_token_of_a_booking_sees_the_one(
    api: WholeApi, things: Mapping[str, str], of: Callable[[UUID], Caller]
) -> None:
    """Whoever it is: of the client's other bookings, the token of one opens none."""
    own, other, wrong = of(UUID(things["booking_id"])), of(BOOKED), []
    open_to_guests = [good for good in about_clients(things) if ACCESS[route_of(good)].guests]
    assert len(open_to_guests) > 10
    for good in open_to_guests:
        body = as_client(good)
        answers = [ask(api, caller, good, body=body) for caller in (other, own)]
        if answers[0].status != 404 or b"not_found" not in answers[0].body:
            wrong.append(f"{route_of(good)}: another booking's is {answers[0].status} {answers[0].body[:200]!r}")
        if answers[1].status in {*REFUSED, 404} or answers[1].status >= 500:
            wrong.append(f"{route_of(good)}: its own is {answers[1].status} {answers[1].body[:200]!r}")
    assert not wrong, "\n".join(wrong)


def about_clients(things: Mapping[str, str]) -> list[Good]:
    """What clients may call about a thing that a path or a body names; each client has one of its kind."""
    named = (good for good in good_requests(things) if "{" in good.template or route_of(good) == "POST /v1/payments")
    # What is below `/v1/me` is the caller's own, whatever it is called.
    foreign = (good for good in named if not good.template.startswith("/v1/me/"))
    return [good for good in foreign if Role.CLIENT in ACCESS[route_of(good)].roles]


def as_client(good: Good) -> bytes:
    """A body that means something, and asks for nothing else."""
    body = good.body()
    if body is None:
        return b""
    left = {name: value for name, value in body.items() if name not in LEFT_OUT}
    return json.dumps(left | ({"minutes": 60} if "minutes" in left else {})).encode()


def test_a_key_opens_nothing_from_the_moment_it_is_revoked(api: WholeApi, gateway: Engine) -> None:
    """Reads, too: before the door of the template, with its memory."""
    stand(gateway)
    made = api.ask("admin", "POST", "/v1/api-keys", {"name": "Till", "scopes": ["bookings:read", "halls:write"]})
    key = {"Authorization": f"Bearer {made['key']}"}

    def statuses() -> list[int]:
        calls = [("GET", "/v1/bookings"), ("HEAD", "/v1/bookings"), ("POST", "/v1/halls"), ("GET", "/v1/ledger")]
        return [api.request(method, path, headers=key, body=b"{}").status for method, path in calls]

    assert statuses() == [200, 200, 422, 403]
    api.ask("admin", "DELETE", f"/v1/api-keys/{made['id']}")
    assert statuses() == [401] * 4
