"""SQL for fiscal receipts."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.job_failures import reading
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from payment.attempts.turns_repository import Turns
from payment.gateways.fiscal_words import ReceiptItem
from payment.receipts import tables as b
from payment.receipts.errors import ReceiptNotFoundError
from payment.receipts.life import StoredReceipt
from payment.receipts.ports import POLL_RECEIPTS

TURNS = Turns(b.receipts, POLL_RECEIPTS, b.receipts.c.id)
FIELDS = StoredFields(StoredReceipt, b.receipts, apart=["items"])
FIXED = ("id", "kind", "payment_id", "refund_id", "booking_id", "customer_id", "amount", "created_at")


class ReceiptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: StoredReceipt) -> bool:
        """Save it; False if the payment, or its refund, has one of this kind."""
        values = FIELDS.values(row) | {"items": [_written(item) for item in row.items]}
        statement = upsert(b.receipts).values(**values).on_conflict_do_nothing().returning(b.receipts.c.id)
        return self._connection.execute(statement).one_or_none() is not None

    def get(self, receipt_id: UUID) -> StoredReceipt:
        query = select(b.receipts).where(b.receipts.c.id == receipt_id)
        row = one(self._connection, query, ReceiptNotFoundError(receipt_id=str(receipt_id)))
        return _receipt(row)

    def of_payment(self, payment_id: UUID) -> list[StoredReceipt]:
        query = select(b.receipts).where(b.receipts.c.payment_id == payment_id)
        rows = self._connection.execute(query.order_by(b.receipts.c.created_at, b.receipts.c.id))
        return [_receipt(row) for row in rows]

    def of_refund(self, refund_id: UUID) -> StoredReceipt | None:
        row = self._connection.execute(select(b.receipts).where(b.receipts.c.refund_id == refund_id)).one_or_none()
        return _receipt(row) if row else None

    def due(self, now: datetime, receipt_id: UUID | None, without: Collection[str]) -> StoredReceipt | None:
        row = TURNS.due(self._connection, now, receipt_id, without)
        if row is None:
            return None
        with reading(row.id):
            return _receipt(row)

    def claim(self, row: StoredReceipt) -> None:
        TURNS.claim(self._connection, row)

    def update(self, before: StoredReceipt, after: StoredReceipt) -> bool:
        return TURNS.update(self._connection, before, FIELDS.values(after, but=FIXED))


def _written(item: ReceiptItem) -> dict[str, Any]:
    return vars(item) | {"quantity": f"{item.quantity:f}"}


def _receipt(row: Row[Any]) -> StoredReceipt:
    items = tuple(ReceiptItem(**(item | {"quantity": Decimal(item["quantity"])})) for item in row.items)
    return StoredReceipt(items=items, **FIELDS.read(row))
