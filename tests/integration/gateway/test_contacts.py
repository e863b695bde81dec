"""Contact details of many people at once, as Booking asks for them."""

import json
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from core.identity import Identity
from gateway import composition
from gateway.app import api
from gateway.composition import App
from gateway.settings import GatewaySettings
from shared_schemas.accounts import PeopleRequest
from shared_schemas.common import Role
from shared_schemas.search.people import PeopleSearch
from tests.support.gateway import DATA_KEY, KEYS, FakePasswords, registration
from tests.support.rest import ask
from tests.support.world import world

BOOKING = Identity("booking", Role.SERVICE)
PAYMENT = Identity("payment", Role.SERVICE)
MANAGER = Identity(str(uuid4()), Role.MANAGER)


@pytest.fixture
def app(engine: Engine) -> App:
    return App(world("gateway", GatewaySettings, engine, token_keys=json.dumps(KEYS), data_key=DATA_KEY), FakePasswords)


def test_booking_learns_of_all_who_are_there(app: App) -> None:
    anna, boris, gone = (
        app.accounts.register(registration(email=f"{name}@example.com", full_name=name)) for name in "abc"
    )
    app.accounts.erase(gone.id)
    asked = [str(one) for one in (anna.id, boris.id, gone.id, uuid4(), anna.id)]

    with composition.app.replaced(app):
        answer = ask(api, BOOKING, "POST /v1/contacts", {"ids": asked})
        refused = [ask(api, who, "POST /v1/contacts", {"ids": asked}).status for who in (MANAGER, PAYMENT)]

    assert answer.status == 200
    told = {found["id"]: (found["full_name"], found["phone"], found["email"]) for found in answer.body["data"]}
    assert told == {str(one.id): (one.full_name, one.phone, one.email) for one in (anna, boris)}
    assert refused == [403, 403]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4567", ["Anna Petrova", "Артём Ёлкин"]),
        ("1234567", ["Anna Petrova"]),
        ("8 916 123-45-67", ["Anna Petrova"]),
        ("9999", []),
        ("8 916 12", ["Anna Petrova"]),
        ("7903", ["Артём Ёлкин", "Мария Петрова-Водкина"]),
        ("8903111", ["Мария Петрова-Водкина"]),
        ("петр", ["Мария Петрова-Водкина"]),
        ("водк мар", ["Мария Петрова-Водкина"]),
        ("етрова", []),
        ("елкин", ["Артём Ёлкин"]),
        ("ЁЛК", ["Артём Ёлкин"]),
        ("АРТЕМ", ["Артём Ёлкин"]),
        ("pet", ["Anna Petrova"]),
        ("anna@", ["Anna Petrova"]),
        ("nna@", []),
        ("a_na@", []),
        ("gone", []),
        ("7K3Q9D2M", []),
    ],
)
def test_people_are_found_by_what_is_known_of_them(app: App, typed: str, found: list[str]) -> None:
    for name, phone, email in (
        ("Anna Petrova", "+79161234567", "anna@example.com"),
        ("Артём Ёлкин", "+79039994567", "artem@example.com"),
        ("Мария Петрова-Водкина", "+79031112233", "masha@example.com"),
    ):
        app.accounts.register(registration(email=email, full_name=name, phone=phone))
    gone = app.accounts.register(registration(email="gone@example.com", full_name="Gone Gone", phone="+79034444567"))
    app.accounts.erase(gone.id)
    assert [person.full_name for person in app.contacts.search(PeopleSearch(q=typed, limit=10))] == found


def test_no_more_are_found_than_were_asked_for_and_only_booking_asks(app: App) -> None:
    for number in range(3):
        app.accounts.register(registration(email=f"{number}@example.com"))
    with composition.app.replaced(app):
        answer = ask(api, BOOKING, "POST /v1/contacts/search", {"q": "petr", "limit": 2})
        assert (answer.status, len(answer.body["data"])) == (200, 2)
        assert ask(api, MANAGER, "POST /v1/contacts/search", {"q": "petr", "limit": 2}).status == 403


def test_nobody_is_asked_about_more_than_a_thousand(app: App) -> None:
    assert app.contacts.of([]) == []
    most = [uuid4() for _ in range(1000)]
    PeopleRequest(ids=most)
    with pytest.raises(ValidationError):
        PeopleRequest(ids=[*most, uuid4()])
