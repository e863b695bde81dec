"""The state file keeps so many of each kind, and what may still change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.sandbox import retention
from infra.sandbox.database import Database
from infra.sandbox.retention import Retention

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC).isoformat()
PAYMENT = "INSERT INTO payments (id, provider, status, created_at, document) VALUES (?, 'yookassa', ?, ?, ?)"
REFUND = (
    "INSERT INTO refunds (id, provider, status, created_at, due_at, payment_id, document) VALUES (?,'y','s',?,?,?,'')"
)
RECEIPT = "INSERT INTO receipts (id, provider, created_at, payment_id, document) VALUES (?, 'yookassa', ?, ?, '')"
DELIVERY = "INSERT INTO deliveries (state, due_at, payment_id, document) VALUES (?, 0, ?, '')"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


def pay(database: Database, name: str, status: str = "succeeded", due: str | None = None, sent: str = "lost") -> None:
    """A payment with a refund, a receipt and a webhook."""
    database.execute(PAYMENT, (name, status, NOW, f'{{"order_number": "{name}"}}'))
    database.execute(REFUND, (f"r{name}", NOW, due, name))
    database.execute(RECEIPT, (f"c{name}", NOW, name))
    database.execute(DELIVERY, (sent, name))


def count(database: Database, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def test_the_oldest_payments_go_with_all_that_belongs_to_them(database: Database) -> None:
    for number in range(7):
        pay(database, str(number))
    assert (Retention(database, kept=3).purge(), Retention(database, kept=3).purge()) == (4, 0)
    assert [row["id"] for row in database.execute("SELECT id FROM payments ORDER BY seq")] == ["4", "5", "6"]
    assert {count(database, table) for table in ("refunds", "receipts", "deliveries")} == {3}


def test_what_may_still_change_stays(database: Database) -> None:
    pay(database, "open", "pending")
    pay(database, "held", "held")
    pay(database, "going back", due=NOW)
    pay(database, "not told", sent="queued")
    pay(database, "done")
    assert Retention(database, kept=0).purge() == 1
    assert count(database, "payments") == 4


def test_a_turn_takes_a_batch_of_each(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(6):
        pay(database, str(number))
        message = "INSERT INTO messages (id, channel, recipients, created_at, document) VALUES (?, 'sms', '', ?, '')"
        database.execute(message, (str(number), NOW))
        database.execute("INSERT INTO hook_calls (name, document) VALUES ('crm', '')")
        database.execute("INSERT INTO crm_records (crm, kind, document) VALUES ('amocrm', 'lead', '')")
    assert [Retention(database, kept=1).purge() for _ in range(4)] == [8, 8, 4, 0]
