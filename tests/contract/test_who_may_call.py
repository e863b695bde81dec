"""Who may call which route: the handlers, asked by everybody, against the table of `shared_schemas.access`."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from core.http.operations import Operation
from core.identity import STAFF, Identity, require
from infra.generate.openapi import operations
from shared_schemas.access import ACCESS, table
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError
from shared_schemas.events.envelope import Service
from tests.support.rest import call, rest_event
from tests.support.runs.table import each

SERVED: dict[str, tuple[str, Operation]] = {
    f"{each.method} {each.path}": (service, each) for service, group in operations().items() for each in group
}
CLOSED = sorted(route for route, access in ACCESS.items() if not access.is_open)
OUR_SERVICES = [Identity(name, Role.SERVICE) for name in (*get_args(Service), "somebody else")]
OUR_PEOPLE = [
    Identity("7d5bb1f3-4f0c-4d6a-9a53-0c6f2ec9c1a1", role) for role in (Role.CLIENT, Role.MANAGER, Role.ADMIN)
]
GUEST = Identity(
    "0d4f0f6e-2a0d-4a4e-8f0e-9b1c6d1b7a55", Role.CLIENT, booking=UUID("2f0f3c54-55d9-4c39-9e6a-5a5a4c8b7f11")
)
OUR_CALLERS = [*OUR_PEOPLE, *OUR_SERVICES, GUEST]
ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"
CALL = re.compile(r"(?m)^\| `((?:GET|POST) [^`]+)` \| ([\w, ]+) \|")
STAFF_DAY = Path(__file__).parents[1] / "support" / "staff_day"
ROUTE = re.compile(r'do\(\s*"([A-Z]+ /v1/[^"]+)"')
READS = re.compile(r"^GET |/preview$|/simulation$")
FOR_STAFF = re.compile(
    r"/v1/(acts|bank-lines|bank-statements|closures|companies|connectors|customers|date-overrides|dead-letters|errors|events|external-calendars|invoices|ledger|notifications"
    r"|open-hours|operator-actions|promo-codes|receipts|reconciliations|reports|schedule|staff|tariff-versions|traces"
    r"|webhook-subscriptions)(/|$)|/(check-in|complete|confirm|no-show|undo|history|decision)$"
)
CHANGED_BY_STAFF = re.compile(r"/v1/(halls|add-ons|tariffs|policy|studio)(/|$)|/refunds$")
OPEN_WRITES = {
    "POST /v1/accounts",
    "POST /v1/certificates/lookup",
    "POST /v1/codes",
    "POST /v1/guest-tokens",
    "POST /v1/password-resets",
    "POST /v1/password-resets/{token}",
    "POST /v1/quotes",
    "POST /v1/staff-invitations/{invitation}",
    "POST /v1/tokens",
    "POST /v1/tokens/refresh",
    "POST /v1/unsubscribe/{token}",
}
PERSONAL = re.compile(r"/v1/(accounts/.*|bookings|booking-groups|contacts|me|payments|schedule|sessions|waitlist)(/|$)")


def refused() -> Iterator[tuple[str, Identity | None]]:
    for route in CLOSED:
        if not ACCESS[route].strangers:
            yield route, None
        for caller in OUR_CALLERS:
            if not lets_in(route, caller):
                yield route, caller


def lets_in(route: str, caller: Identity) -> bool:
    access = ACCESS[route]
    if caller.booking:
        return access.guests
    return caller.subject in access.services if caller.role is Role.SERVICE else caller.role in access.roles


def label(value: object) -> str:
    return f"{value.role.value}:{value.subject[:7]}" if isinstance(value, Identity) else str(value or "nobody")


def test_the_table_has_the_routes_that_are_served_and_no_other() -> None:
    assert sorted(ACCESS) == sorted(SERVED)


def test_a_route_stands_in_a_table_once() -> None:
    with pytest.raises(ValueError, match="GET /x stands there twice"):
        table("anyone - GET /x\nstaff - GET /x")


def test_services_call_what_the_architecture_says_and_nothing_else() -> None:
    told = {route: set(who.split(", ")) for route, who in CALL.findall(ARCHITECTURE.read_text(encoding="utf-8"))}
    assert {route: set(access.services) for route, access in ACCESS.items() if access.services} == told


def test_what_is_for_staff_lets_in_no_client() -> None:
    """What kind of thing a route is about says who may call it at most; the table says it of each route."""
    for route, access in ACCESS.items():
        method, path = route.split()
        if FOR_STAFF.search(path) or (method != "GET" and CHANGED_BY_STAFF.search(path)):
            assert not access.is_open, route
            assert Role.CLIENT not in access.roles, route


def test_what_is_about_somebody_is_not_for_anybody() -> None:
    for route, access in ACCESS.items():
        method, path = route.split()
        about_somebody = PERSONAL.match(path) or (method != "GET" and path.startswith("/v1"))
        assert not (about_somebody and access.is_open) or route in OPEN_WRITES, route


def test_the_token_of_a_booking_opens_what_is_about_that_booking_and_nothing_else() -> None:
    """What is said of a booking that is named, of the payments for one, and where the messages about it go."""
    of_a_booking = re.compile(
        r"/v1/(bookings/{booking_id}(/|$)|payments(/{payment_id}(/|$)|$)|me/messengers(/|$)|me/push$)"
    )
    opened = {route for route, access in ACCESS.items() if access.guests}
    assert all(of_a_booking.match(route.split()[1]) for route in opened)
    assert all(Role.CLIENT in ACCESS[route].roles for route in opened), "who has signed in may do no less"


def test_without_a_token_only_a_booking_is_made_where_others_need_one() -> None:
    assert [route for route, access in ACCESS.items() if access.strangers] == ["POST /v1/bookings"]


def test_only_administrators_say_who_works_here() -> None:
    routes = {route: access for route, access in ACCESS.items() if "/v1/staff" in route or "/v1/api-keys" in route}
    # The one that accepts an invitation is for who has its link, the one that sends it for who does that.
    assert routes.pop("POST /v1/staff-invitations/{invitation}").is_open
    assert not routes.pop("GET /v1/staff-invitations/{invitation}").roles
    assert {access.roles for access in routes.values()} == {frozenset({Role.ADMIN})}
    assert {access.scope for access in routes.values()} == {None}


def test_what_a_key_needs_says_what_it_can_do() -> None:
    for route, access in ACCESS.items():
        if access.scope:
            assert Role.MANAGER in access.roles, route
            changes = not route.startswith("GET ") and not route.endswith(("/preview", "/simulation"))
            assert access.scope.endswith(":write" if changes else ":read"), route


def test_what_the_staff_may_change_is_played_in_their_day() -> None:
    """`tests/integration/test_trail.py` plays it, to see that each leaves a line in the trail."""
    chapters = [path.read_text(encoding="utf-8") for path in STAFF_DAY.glob("*.py")]
    played = {route for chapter in chapters for route in ROUTE.findall(chapter)}
    changes = {route for route, access in ACCESS.items() if STAFF & access.roles and not READS.search(route)}
    assert changes - played == set(), "add it to a chapter of tests/support/staff_day"


@each("route", CLOSED)
def test_a_route_is_open_to_these_and_to_no_other(route: str) -> None:
    _, operation = SERVED[route]
    for caller in OUR_CALLERS:
        if lets_in(route, caller):
            assert require(caller, operation.access) is caller
        else:
            with pytest.raises(ForbiddenError):
                require(caller, operation.access)


@each(("route", "caller"), list(refused()), ids=label)
def test_who_may_not_is_refused_before_anything_is_read(route: str, caller: Identity | None) -> None:
    """Through the service's own handler: no database is there, and the request is not even looked at."""
    service, operation = SERVED[route]
    path = dict.fromkeys(operation.path_parameters, "not-even-read")
    answer = call(import_module(f"{service}.app").api, rest_event(route, path=path, identity=caller, body="{"))
    assert (answer.status, answer.code) == ((403, "forbidden") if caller else (401, "unauthorized"))
