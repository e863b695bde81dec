"""Every table says how long its rows are kept, and the hourly job sees to it."""

from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from booking import retention as booking_retention
from booking.settings import BookingSettings
from booking.tables import delivery as booking_delivery
from core.jobs import Turn
from core.postgres.retention import Kept, Purge
from gateway.settings import GatewaySettings
from integration.settings import IntegrationSettings
from notification import retention as notification_retention
from notification.settings import NotificationSettings
from notification.tables import delivery as notification_delivery
from payment.settings import PaymentSettings
from tests.support.database import SERVICES, EngineFor

SETTINGS: dict[str, Any] = {
    "booking": BookingSettings(service="booking", database_url="unused"),
    "gateway": GatewaySettings(service="gateway", database_url="unused", token_keys="{}", data_key="k" * 32),
    "payment": PaymentSettings(service="payment", database_url="unused"),
    "integration": IntegrationSettings(service="integration", database_url="unused"),
    "notification": NotificationSettings(service="notification", database_url="unused"),
}
# See `core.postgres.retention`: how long repeats of them can come.
DELIVERY = {"outbox", "inbox", "idempotency_keys", "job_failures", "calls"}
TABLES = text("""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = :schema AND c.relkind IN ('r', 'p') AND NOT c.relispartition
""")


def rules(service: str) -> list[Kept]:
    module = import_module(f"{service}.retention")
    return list(module.kept(SETTINGS[service])) if service in SETTINGS else []


def declared(service: str) -> set[str]:
    module = import_module(f"{service}.retention")
    own = {rule.table.removeprefix(f"{service}.") for rule in rules(service)}
    return own | set(module.FOREVER) | set(getattr(module, "ELSEWHERE", {}))


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_says_how_long_its_rows_are_kept(engine_for: EngineFor, service: str) -> None:
    with engine_for(service).connect() as connection:
        there = set(connection.execute(TABLES, {"schema": service}).scalars())
    assert there - declared(service) - DELIVERY == set(), "say in repository_retention.py how long these are kept"
    assert declared(service) - there == set()


@pytest.mark.parametrize("service", sorted(SETTINGS))
def test_the_services_own_role_may_remove_what_it_is_to_remove(engine_for: EngineFor, service: str) -> None:
    delivery = import_module(f"{service}.tables").delivery
    purged = Purge(engine_for(service), delivery, 14, rules(service)).run(Turn())
    assert set(purged.values()) == {0}


def purge(engine: Engine, delivery: Any, kept: list[Kept]) -> dict[str, int]:
    return Purge(engine, delivery, 14, kept).run(Turn())


def test_quotes_that_ran_out_go(engine_for: EngineFor) -> None:
    engine = engine_for("booking")
    with engine.begin() as connection:
        for days in (8, 6, -1):
            row = "INSERT INTO booking.quotes VALUES (:id, '{}', now() - :d * interval '1 day')"
            connection.execute(text(row), {"id": uuid4(), "d": days})
    kept = booking_retention.kept(SETTINGS["booking"])
    assert purge(engine, booking_delivery, kept)["quotes"] == 1
    assert purge(engine, booking_delivery, kept)["quotes"] == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM booking.quotes")).scalar_one() == 2


MESSAGE = """
INSERT INTO notification.notifications (id, cause, template, channel, status, recipient_id, booking_id, facts,
    next_attempt_at, address, message, correlation_id, created_at)
VALUES (:id, :id, 'booking_created', 'email', :status, :id, :id, '{}', :due, 'a@b.test', '{}', 'flow',
    now() - :days * interval '1 day')
"""


def test_of_an_old_message_the_words_go_first_and_then_all_of_it(engine_for: EngineFor) -> None:
    engine = engine_for("notification")
    rows = [("sent", None, 500), ("sent", None, 100), ("sent", None, 90), ("pending", "2026-01-01T00:00Z", 500)]
    with engine.begin() as connection:
        for status, due, days in rows:
            values = {"id": str(uuid4()), "status": status, "due": due, "days": days}
            connection.execute(text(MESSAGE), values)
    purged = purge(engine, notification_delivery, notification_retention.kept(SETTINGS["notification"]))
    assert (purged["notifications_emptied"], purged["notifications"]) == (2, 1)
    with engine.connect() as connection:
        left = connection.execute(
            text("SELECT status, message IS NULL, address IS NULL FROM notification.notifications ORDER BY created_at")
        ).all()
    assert [tuple(row) for row in left] == [
        ("pending", False, False), ("sent", True, True), ("sent", False, False)
    ]  # fmt: skip
