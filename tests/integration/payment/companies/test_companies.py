"""Companies: kept and found by staff, one for each INN and KPP."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.identity import Identity
from core.jobs import Turn
from core.postgres.retention import Purge
from payment import composition
from payment.app import api
from payment.retention import kept
from payment.tables import delivery
from shared_schemas.common import Role
from tests.support.payment.cashier import Cashier
from tests.support.rest import Answer, ask

MANAGER = Identity(str(uuid4()), Role.MANAGER)
ROMASHKA = {
    "name": "ООО «Ромашка-Фильм»",
    "inn": "7707083893",
    "kpp": "773601001",
    "bank": {"account": "40702810438000060473", "bik": "044525225", "bank": "ПАО Сбербанк"},
    "contact": {"name": "Анна Петрова", "phone": "+7 916 123-45-67", "email": "Anna@Example.com"},
}


@pytest.fixture(autouse=True)
def _served(cashier: Cashier, no_papers: None) -> Iterator[None]:
    with composition.app.replaced(cashier.app):
        yield


def do(route: str, body: Any = None, **path: Any) -> Answer:
    return ask(api, MANAGER, route, body, path=path)


def test_a_company_is_kept_with_all_its_requisites() -> None:
    made = do("POST /v1/companies", ROMASHKA)

    assert made.status == 201
    assert made.body == do("GET /v1/companies/{company_id}", company_id=made.body["id"]).body
    assert made.body["contact"] == {"name": "Анна Петрова", "phone": "+79161234567", "email": "anna@example.com"}
    assert made.body["bank"] == ROMASHKA["bank"]


def test_a_branch_has_the_inn_of_its_company_and_a_kpp_of_its_own() -> None:
    person = {"name": "ИП Петрова", "inn": "500100732259"}
    assert [do("POST /v1/companies", each).status for each in (ROMASHKA, ROMASHKA | {"kpp": "773602002"}, person)] == [
        201, 201, 201,
    ]  # fmt: skip
    for again in (ROMASHKA, person):
        refused = do("POST /v1/companies", again | {"name": "Another"})
        assert (refused.status, refused.body["code"]) == (409, "company_known")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("7707", True), ("77 07 08", True), ("7708", False), ("ромашка фильм", True), ("рома", True), ("роза", False),
     ("РОМАШКА", True), ("«»", False)],
)  # fmt: skip
def test_it_is_found_by_the_beginning_of_its_inn_or_of_words(typed: str, found: bool) -> None:
    do("POST /v1/companies", ROMASHKA)
    answer = ask(api, MANAGER, "GET /v1/companies", query={"q": typed})
    assert (answer.status, bool(answer.body["data"])) == (200, found)


def test_all_are_listed_page_by_page_newest_first(cashier: Cashier) -> None:
    for kpp in ("773601001", "773602002", "773603003"):
        do("POST /v1/companies", ROMASHKA | {"kpp": kpp})
        cashier.clock.advance(minutes=1)
    first = ask(api, MANAGER, "GET /v1/companies", query={"limit": "2"}).body
    rest = ask(api, MANAGER, "GET /v1/companies", query={"cursor": first["next_cursor"]}).body
    assert [each["kpp"] for each in first["data"] + rest["data"]] == ["773603003", "773602002", "773601001"]
    assert "next_cursor" not in rest


def test_who_was_slower_edits_again() -> None:
    made = do("POST /v1/companies", ROMASHKA).body
    path = {"company_id": made["id"]}
    first = do("PUT /v1/companies/{company_id}", ROMASHKA | {"name": "ООО «Лютик»", "version": 1}, **path)
    second = do("PUT /v1/companies/{company_id}", ROMASHKA | {"version": 1}, **path)
    assert (first.status, first.body["version"], first.body["name"]) == (200, 2, "ООО «Лютик»")
    assert (second.status, second.body["code"]) == (409, "company_changed")


def test_one_that_was_never_invoiced_is_removed() -> None:
    path = {"company_id": do("POST /v1/companies", ROMASHKA).body["id"]}
    assert do("DELETE /v1/companies/{company_id}", **path).status == 204
    assert do("DELETE /v1/companies/{company_id}", **path).status == 404


def test_whom_to_call_is_forgotten_after_a_time(cashier: Cashier, engine: Engine) -> None:
    path = {"company_id": do("POST /v1/companies", ROMASHKA).body["id"]}
    rules = [rule for rule in kept(cashier.app.world.settings) if rule.table == "payment.companies"]
    with engine.begin() as connection:
        connection.execute(text("UPDATE payment.companies SET used_at = now() - interval '1096 days'"))
    assert Purge(engine, delivery, 14, rules).run(Turn())["companies_emptied"] == 1
    left = do("GET /v1/companies/{company_id}", **path).body
    assert (left["name"], "contact" in left) == (ROMASHKA["name"], False)
