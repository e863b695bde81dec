"""Every column of text says whether it holds personal data, why, for how long, and what an erasure does to it."""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import ARRAY, Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from booking.settings import BookingSettings
from core.http.idempotency import LIFETIME_HOURS
from core.personal_data import DELIVERY, UNTIL_ERASED, Inventory, inventory
from gateway.settings import GatewaySettings
from infra.database.schema import SERVICES, schema_sql
from infra.generate import personal_data_page
from integration.settings import IntegrationSettings
from notification.settings import NotificationSettings
from payment.settings import PaymentSettings

UNLIKELY_DAYS = 321.5
SETTINGS: dict[str, Any] = {
    "booking": BookingSettings(service="booking", database_url="unused"),
    "gateway": GatewaySettings(service="gateway", database_url="unused", token_keys="{}", data_key="unused"),
    "payment": PaymentSettings(service="payment", database_url="unused"),
    "integration": IntegrationSettings(service="integration", database_url="unused"),
    "notification": NotificationSettings(service="notification", database_url="unused"),
}
SHARED = {"outbox", "inbox", "idempotency_keys", "job_failures", "calls"}


def tables(service: str) -> list[Table]:
    schema_sql()  # Imports all of them.
    return list(import_module(f"{service}.tables").metadata.sorted_tables)


def is_text(column: Column[Any]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return isinstance(kind, Text | JSONB)


def texts(found: list[Table]) -> set[str]:
    return {f"{table.name}.{column.name}" for table in found for column in table.columns if is_text(column)}


def declared(service: str) -> Inventory:
    found: Inventory = import_module(f"{service}.personal_data").INVENTORY
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_of_text_is_classified(service: str) -> None:
    found, own = declared(service), [table for table in tables(service) if table.name not in SHARED]
    classified = found.personal.keys() | found.impersonal.keys()
    assert texts(own) - classified == set(), f"say in {service}/personal_data.py what these hold"
    assert classified - texts(own) == set(), "these are no columns of text any more"


def test_what_all_services_have_is_classified_once() -> None:
    there = texts([table for table in tables("booking") if table.name in SHARED])
    assert DELIVERY.personal.keys() | DELIVERY.impersonal.keys() == there
    assert DELIVERY.personal["idempotency_keys.response"].kept == f"{LIFETIME_HOURS} hours"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_kept_for_a_time_is_removed_by_the_job_after_a_setting(service: str) -> None:
    for row in declared(service).personal.values():
        if row.kept.isupper():
            settings = SETTINGS[service].model_copy(update={row.kept.lower(): UNLIKELY_DAYS})
            rules = import_module(f"{service}.retention").kept(settings)
            removed = {rule.table for rule in rules if rule.days == UNLIKELY_DAYS}
            assert f"{service}.{row.table}" in removed, f"no job sees to {row}"


@pytest.mark.parametrize("service", SERVICES)
def test_an_erasure_reaches_whatever_is_kept_for_longer_than_a_time(service: str) -> None:
    kept = [row for row in declared(service).personal.values() if row.kept == UNTIL_ERASED]
    assert not [row for row in kept if not row.erased]
    forever = import_module(f"{service}.retention").FOREVER.keys()
    assert {row.table for row in kept} - forever <= {"users"}


@pytest.mark.parametrize(
    "wrong",
    ["a.b | w | visits | k | e\na.b | w | visits | k | e", "a.b | w | fun | k | e", "c.d | w | visits | k | e"],
    ids=["twice", "no purpose", "in both"],
)
def test_a_slip_in_a_declaration_is_noticed(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"declared twice|no purpose"):
        inventory(wrong, {"nothing": "c.d"})


def test_a_row_may_go_on_in_the_next_line() -> None:
    (row,) = inventory("a.b | what\n   | visits | 1 day | removed\n", {}).personal.values()
    assert (row.column, row.what, row.kept, row.erased) == ("a.b", "what", "1 day", "removed")


def test_the_page_is_current() -> None:
    assert personal_data_page.PAGE.read_text(encoding="utf-8") == personal_data_page.page(), "run `make openapi`"
