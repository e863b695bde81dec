"""All SQL of fiscal receipts."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.job_failures import not_put_off, reading
from payment import tables as t
from payment import tables_books as b
from payment.domain_receipt_life import StoredReceipt
from payment.domain_receipts import ReceiptItem
from payment.errors import ReceiptNotFoundError
from payment.ports import POLL_RECEIPTS

FIELDS = tuple(field.name for field in fields(StoredReceipt) if field.name != "items")
STATE = ("status", "version", "gateway_receipt_id", "attempts", "next_attempt_at", "failure", "settled_at")


class ReceiptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: StoredReceipt) -> bool:
        """Save it; False where the payment, or its refund, has one of this kind."""
        values = {name: getattr(row, name) for name in FIELDS} | {"items": [_written(item) for item in row.items]}
        statement = upsert(b.receipts).values(**values).on_conflict_do_nothing().returning(b.receipts.c.id)
        return self._connection.execute(statement).one_or_none() is not None

    def get(self, receipt_id: UUID) -> StoredReceipt:
        row = self._connection.execute(select(b.receipts).where(b.receipts.c.id == receipt_id)).one_or_none()
        if row is None:
            raise ReceiptNotFoundError(receipt_id=str(receipt_id))
        return _receipt(row)

    def of_payment(self, payment_id: UUID) -> list[StoredReceipt]:
        query = select(b.receipts).where(b.receipts.c.payment_id == payment_id)
        rows = self._connection.execute(query.order_by(b.receipts.c.created_at, b.receipts.c.id))
        return [_receipt(row) for row in rows]

    def of_refund(self, refund_id: UUID) -> StoredReceipt | None:
        row = self._connection.execute(select(b.receipts).where(b.receipts.c.refund_id == refund_id)).one_or_none()
        return _receipt(row) if row else None

    def due(self, now: datetime, receipt_id: UUID | None, without: Collection[str]) -> StoredReceipt | None:
        """One that another worker has is skipped."""
        receipt = b.receipts.c
        query = (
            select(b.receipts)
            .join(t.payments, t.payments.c.id == receipt.payment_id)
            .where(receipt.next_attempt_at <= now, t.payments.c.provider.not_in(without))
            .order_by(receipt.next_attempt_at, receipt.id)
            .limit(1)
            .with_for_update(of=b.receipts, skip_locked=True)
        )
        if receipt_id:
            query = query.where(receipt.id == receipt_id)
        else:
            query = query.where(not_put_off(t.delivery.failures, POLL_RECEIPTS, receipt.id, now))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return _receipt(row)

    def claim(self, row: StoredReceipt) -> None:
        """The version is that of what is known of a receipt, and stays."""
        changes = {"attempts": row.attempts, "next_attempt_at": row.next_attempt_at}
        self._connection.execute(update(b.receipts).where(b.receipts.c.id == row.id).values(**changes))

    def update(self, before: StoredReceipt, after: StoredReceipt) -> bool:
        """Store the new state; False where somebody changed the receipt since `before`."""
        key = tuple_(b.receipts.c.id, b.receipts.c.version) == tuple_(before.id, before.version)
        values = {name: getattr(after, name) for name in STATE}
        return self._connection.execute(update(b.receipts).where(key).values(**values)).rowcount == 1


def _written(item: ReceiptItem) -> dict[str, Any]:
    return vars(item) | {"quantity": f"{item.quantity:f}"}


def _receipt(row: Row[Any]) -> StoredReceipt:
    items = tuple(ReceiptItem(**(item | {"quantity": Decimal(item["quantity"])})) for item in row.items)
    return StoredReceipt(items=items, **{name: getattr(row, name) for name in FIELDS})
