"""Which of our own services may call what. Written by hand: a new service call is a decision."""

from typing import get_args

import pytest

from core.identity import Identity, require
from core.operations import Operation
from infra.openapi import operations
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError
from shared_schemas.events import Service

ALLOWED: dict[str, set[str]] = {
    "GET /v1/accounts/{account_id}": {"booking"},
    "GET /v1/accounts/{account_id}/contact": {"payment", "integration", "notification"},
    "GET /v1/bookings/{booking_id}/payment-terms": {"payment"},
    "POST /v1/bookings/{booking_id}/confirm": {"integration"},
    "GET /v1/open-hours": {"integration"},
    "GET /v1/payments/{payment_id}/collected": {"booking"},
}
SERVED = {f"{o.method} {o.path}": o for group in operations().values() for o in group if o.allow}
CALLERS = [Identity(name, Role.SERVICE) for name in (*get_args(Service), "somebody else")]


def lets_in(operation: Operation, caller: Identity) -> bool:
    try:
        require(caller, operation.allow)
    except ForbiddenError:
        return False
    return True


def test_every_route_of_the_table_is_served() -> None:
    assert ALLOWED.keys() <= SERVED.keys()


@pytest.mark.parametrize("route", sorted(SERVED))
def test_a_route_is_open_to_these_services_and_to_no_other(route: str) -> None:
    let_in = {caller.subject for caller in CALLERS if lets_in(SERVED[route], caller)}
    assert let_in == ALLOWED.get(route, set())
