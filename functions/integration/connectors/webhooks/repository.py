"""SQL for webhook subscriptions."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from integration.connectors.webhooks.domain import Subscription
from integration.connectors.webhooks.errors import SubscriptionNotFoundError
from integration.connectors.webhooks.tables import NEWEST_SUBSCRIPTIONS
from integration.connectors.webhooks.tables import webhook_subscriptions as t
from shared_schemas.integration.connectors import EVERY_TYPE

FIELDS = StoredFields(Subscription, t)


class SubscriptionRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # Asked once for each type of a batch, which is one transaction.
        self._wanting: dict[str, list[Subscription]] = {}

    def add(self, subscription: Subscription) -> None:
        self._connection.execute(insert(t).values(FIELDS.values(_clean(subscription))))

    def get(self, subscription_id: UUID, *, lock: bool = False) -> Subscription:
        statement = select(t).where(t.c.id == subscription_id)
        query = statement.with_for_update() if lock else statement
        row = one(self._connection, query, SubscriptionNotFoundError(subscription_id=str(subscription_id)))
        return _subscription(row)

    def find(self, subscription_id: UUID) -> Subscription | None:
        row = self._connection.execute(select(t).where(t.c.id == subscription_id)).one_or_none()
        return _subscription(row) if row else None

    def page(self, after: Cursor | None, limit: int) -> list[Subscription]:
        statement = select(t).order_by(*NEWEST_SUBSCRIPTIONS).limit(limit)
        if after:
            statement = statement.where(behind(after, t.c.created_at, t.c.id))
        return [_subscription(row) for row in self._connection.execute(statement)]

    def wanting(self, event_type: str) -> list[Subscription]:
        if event_type not in self._wanting:
            wanted = t.c.event_types.overlap([event_type, EVERY_TYPE])
            rows = self._connection.execute(select(t).where(t.c.status == "active", wanted).order_by(t.c.id))
            self._wanting[event_type] = [_subscription(row) for row in rows]
        return self._wanting[event_type]

    def save(self, subscription: Subscription) -> None:
        values = FIELDS.values(_clean(subscription), but=("failures",))
        self._connection.execute(update(t).where(t.c.id == subscription.id).values(values))

    def remove(self, subscription_id: UUID) -> None:
        self._connection.execute(delete(t).where(t.c.id == subscription_id))

    def count_failure(self, subscription_id: UUID) -> None:
        self._connection.execute(update(t).where(t.c.id == subscription_id).values(failures=t.c.failures + 1))

    def clear_failures(self, subscription_id: UUID) -> None:
        failed = (t.c.id == subscription_id) & (t.c.failures > 0)
        self._connection.execute(update(t).where(failed).values(failures=0))

    def disable(self, subscription_id: UUID, reason: str) -> None:
        off = {"status": "disabled", "disabled_reason": reason}
        self._connection.execute(update(t).where(t.c.id == subscription_id).values(**off))


def _clean(subscription: Subscription) -> Subscription:
    return replace(subscription, event_types=sorted(set(subscription.event_types)))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(**FIELDS.read(row))
