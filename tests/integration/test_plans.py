"""Questions of every minute are answered from an index made for them, however much there is beside."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, event, text

from booking.tables import delivery as booking_delivery
from core.outbox import Outbox
from integration.repository_connectors import ConnectorRepository
from notification.repository import NotificationRepository
from payment.repository_receipts import ReceiptRepository
from shared_schemas.notification import NotificationsQuery
from tests.support.database import EngineFor

NOW = datetime(2026, 12, 1, tzinfo=UTC)
Ask = Callable[[Connection], object]


def plan(engine: Engine, ask: Ask) -> str:
    """How PostgreSQL would answer what `ask` asks, if reading a whole table were out of the question."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", note)
        ask(connection)
        event.remove(connection, "before_cursor_execute", note)
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        lines = [row[0] for each in asked for row in connection.exec_driver_sql(f"EXPLAIN {each[0]}", each[1])]
    return "\n".join(lines)


QUESTIONS: dict[str, tuple[str, Ask, list[str]]] = {
    "the receipts of a payment": (
        "payment", lambda c: ReceiptRepository(c).of_payment(uuid4()), ["receipts_by_payment"],
    ),
    "messages by status": (
        "notification",
        lambda c: NotificationRepository(c).page(NotificationsQuery(status="sending"), None, 50),
        ["notifications_by_status"],
    ),
    "messages by status, a later page": (
        "notification",
        lambda c: NotificationRepository(c).page(NotificationsQuery(status="sending"), (NOW, uuid4()), 50),
        ["notifications_by_status"],
    ),
    "the health of connectors": (
        "integration",
        lambda c: ConnectorRepository(c).views(["webhooks"], ["webhooks"]),
        ["deliveries_due", "deliveries_dead"],
    ),
    "what is to be published": (
        "booking", lambda c: Outbox(booking_delivery.outbox)._claim(c), ["outbox_waiting"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_from_its_index(engine_for: EngineFor, question: str) -> None:
    service, ask, indexes = QUESTIONS[question]
    told = plan(engine_for(service), ask)
    assert [name for name in indexes if name not in told] == [], told
