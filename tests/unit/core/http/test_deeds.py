"""What a request says of itself in the trail, told by real REST proxy events."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from core.http.api import Api
from core.identity import Identity
from core.trail.deed import Deed, current_deed
from shared_schemas.access import table
from shared_schemas.common import Contract, Role
from shared_schemas.texts import PathName, Reason
from tests.support.rest import call, rest_event

STAFF = Identity(str(uuid4()), Role.ADMIN, uuid4())
ACCESS = table("""
people - GET    /v1/parcels
people - POST   /v1/parcels
people - PUT    /v1/policy
people - POST   /v1/deliveries/{delivery_id}/resend
people - DELETE /v1/shops/{shop_id}/parcels/{name}
anyone - POST   /v1/quotes
""")
api = Api("parcels", ACCESS)
seen: dict[str, Deed | None] = {}


class Parcel(Contract):
    weight: int
    label: Reason


@api.endpoint("GET /v1/parcels")
def look() -> None:
    seen["deed"] = current_deed()


@api.endpoint("POST /v1/parcels")
def send(body: Parcel) -> None:
    seen["deed"] = current_deed()


@api.endpoint("PUT /v1/policy")
def rule() -> None:
    seen["deed"] = current_deed()


@api.endpoint("POST /v1/deliveries/{delivery_id}/resend")
def resend(delivery_id: UUID) -> None:
    seen["deed"] = current_deed()


@api.endpoint("DELETE /v1/shops/{shop_id}/parcels/{name}")
def drop(shop_id: int, name: PathName) -> None:
    seen["deed"] = current_deed()


@api.endpoint("POST /v1/quotes")
def quote() -> None:
    seen["deed"] = current_deed()


def deed(route: str, identity: Identity | None = STAFF, address: str = "203.0.113.77", **parts: Any) -> Deed | None:
    event = rest_event(route, identity=identity, **parts)
    event["requestContext"]["identity"] = {"sourceIp": address}
    assert call(api, event).status == 204
    return seen["deed"]


def test_staff_who_make_something_are_named_with_what_they_asked_for() -> None:
    found = deed("POST /v1/parcels", body='{"weight": 2, "label": "for Anna"}')
    assert found and (found.action, found.target, found.names_a_thing) == ("send", "parcel", False)
    assert (found.actor, found.asked) == (STAFF, {"weight": 2, "label": "(text)"})


@pytest.mark.parametrize(
    ("route", "path", "target"),
    [
        ("POST /v1/deliveries/{delivery_id}/resend", {"delivery_id": str(UUID(int=5))}, f"delivery:{UUID(int=5)}"),
        ("DELETE /v1/shops/{shop_id}/parcels/{name}", {"shop_id": "3", "name": "small"}, "parcel:small"),
        ("PUT /v1/policy", {}, "policy"),
    ],
)
def test_the_last_thing_that_the_path_names_is_what_it_is_about(route: str, path: dict[str, str], target: str) -> None:
    found = deed(route, path=path)
    assert found and (found.target, found.names_a_thing) == (target, bool(path))


def test_who_reads_does_nothing() -> None:
    assert deed("GET /v1/parcels") is None


def test_only_the_staff_act() -> None:
    clients = deed("PUT /v1/policy", Identity(str(uuid4()), Role.CLIENT))
    anybodys = deed("POST /v1/quotes", None)
    assert clients and anybodys
    assert clients.actor is anybodys.actor is None
    assert anybodys.network == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", None),
        ("nowhere", None),
    ],
)
def test_of_an_address_only_its_network_is_kept(address: str, network: str | None) -> None:
    found = deed("PUT /v1/policy", address=address)
    assert found and found.network == network


def test_after_the_request_nobody_acts() -> None:
    deed("PUT /v1/policy")
    assert current_deed() is None
