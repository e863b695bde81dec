"""Nobody books for nobody: whom staff name has an account, by every door, and whoever was forgotten has none."""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking import (
    app,  # noqa: F401 - adds the routes
    composition,
)
from booking.api import api
from booking.customers.errors import CustomerBlockedError
from core.identity import Identity
from shared_schemas.common import Role
from shared_schemas.privacy.export import Export
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.clock import NOW
from tests.support.database import EngineFor
from tests.support.rest import Answer, call, rest_event
from tests.support.trail import lines

NOBODY = uuid4()
HOURS = timedelta(hours=2)


@pytest.fixture
def studio(engine_for: EngineFor) -> Iterator[Studio]:
    made = Studio(engine_for("booking"))
    made.register.nobody.add(NOBODY)
    with composition.app.replaced(made.app):
        yield made


def send(route: str, body: dict[str, Any] | None, who: Identity = MANAGER, **path: Any) -> Answer:
    text_path = {name: str(value) for name, value in path.items()}
    return call(api, rest_event(route, path=text_path, body=json.dumps(body) if body else None, identity=who))


def visit(studio: Studio, **more: Any) -> dict[str, Any]:
    hall = studio.hall()
    return {"hall_id": str(hall.id), "start": START.isoformat(), "end": (START + HOURS).isoformat(), **more}


class Collected:
    """What an export would be; `made` says for whom."""

    def __init__(self) -> None:
        self.made: list[UUID] = []

    def of(self, person: UUID, _locale: str) -> Export:
        self.made.append(person)
        return Export(account_id=person, made_at=NOW, sections=[], complete=True)


def test_an_export_for_the_staff_stands_in_the_trail_and_ones_own_does_not(studio: Studio) -> None:
    exports, person = Collected(), uuid4()
    admin = Identity(str(uuid4()), Role.ADMIN, uuid4())
    stand_in: Any = SimpleNamespace(
        exports=exports, known_customers=studio.app.known_customers, calls=studio.app.calls
    )  # fmt: skip
    route = "GET /v1/customers/{customer_id}/export"
    with composition.app.replaced(stand_in):
        assert send(route, None, admin, customer_id=person).status == 200
        assert send(route, None, admin, customer_id=NOBODY).code == "no_such_customer"
        assert send("GET /v1/me/export", None, admin).status == 200

    [line] = lines(studio.broker)
    assert (line.action, line.target, line.actor_id) == ("export_customer", f"customer:{person}", admin.actor_id)
    assert exports.made == [person, admin.actor_id]


@pytest.mark.parametrize("route", ["POST /v1/bookings", "POST /v1/booking-groups"])
def test_staff_book_for_somebody(studio: Studio, route: str) -> None:
    def body(customer_id: UUID) -> dict[str, Any]:
        whom = {"customer_id": str(customer_id)}
        return visit(studio, **whom) if route == "POST /v1/bookings" else {"items": [visit(studio)], **whom}

    refused, sold, own = (send(route, body(whom)) for whom in (NOBODY, uuid4(), MANAGER.user_id))

    assert (refused.status, refused.code) == (422, "customer_not_found")
    assert [(error["field"], error["code"]) for error in refused.body["errors"]] == [
        ("customer_id", "customer_not_found")
    ]
    assert (sold.status, own.status) == (201, 201)
    assert send(route, body(NOBODY), studio.customer).code == "override_not_allowed"


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("GET /v1/customers/{customer_id}", None),
        ("POST /v1/customers/{customer_id}/notes", {"text": "Brings a dog"}),
        ("PUT /v1/customers/{customer_id}/block", {"reason": "Broke a lamp"}),
        ("DELETE /v1/customers/{customer_id}/block", None),
        ("PUT /v1/customers/{customer_id}/prepayment", {"percent": 100}),
    ],
)
def test_of_nobody_nothing_is_known_and_nothing_is_written(
    studio: Studio, route: str, body: dict[str, Any] | None
) -> None:
    refused = send(route, body, customer_id=NOBODY)
    assert (refused.status, refused.code) == (404, "no_such_customer")
    assert send(route, body, customer_id=uuid4()).status in (200, 201)


def test_who_was_forgotten_books_no_more_and_keeps_a_history(studio: Studio) -> None:
    """An access token lives on for a while after its account."""
    studio.book(studio.hall())
    forgotten = studio.customer.user_id
    studio.app.customers.forget(uuid4(), forgotten)
    studio.register.nobody.add(forgotten)

    with pytest.raises(CustomerBlockedError):
        studio.book(studio.hall())
    assert send("GET /v1/customers/{customer_id}", None, customer_id=forgotten).body["bookings"] == {"pending": 1}
    assert send("POST /v1/bookings", visit(studio, customer_id=str(forgotten))).code == "customer_not_found"
