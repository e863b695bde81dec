"""Payments and refunds in the state file: a document with the columns that are searched by."""

from dataclasses import dataclass
from datetime import UTC, datetime

from infra.sandbox.database import Database
from infra.sandbox.payments.model import Payment, Refund, StoredReceipt


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed by; `conditions` are pairs of a comparison in SQL, ours, and its parameter."""

    conditions: tuple[tuple[str, str], ...] = ()
    before: int | None = None
    """Only what is older than this row."""
    limit: int = 10


@dataclass(frozen=True)
class Page:
    """Documents, newest first, and the row to go on from if there is more."""

    documents: list[str]
    next_before: int | None


class PaymentRepository:
    """Everything that is stored of payments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, payment: Payment) -> None:
        self._database.execute(
            "INSERT INTO payments (id, provider, status, created_at, deadline, document) VALUES (?, ?, ?, ?, ?, ?)",
            (payment.id, payment.provider, payment.status, _iso(payment.created_at), *_rest(payment, payment.deadline)),
        )

    def save(self, payment: Payment) -> None:
        self._database.execute(
            "UPDATE payments SET status = ?, deadline = ?, document = ? WHERE id = ?",
            (payment.status, *_rest(payment, payment.deadline), payment.id),
        )

    def get(self, payment_id: str) -> Payment | None:
        row = self._database.execute("SELECT document FROM payments WHERE id = ?", (payment_id,)).fetchone()
        return Payment.model_validate_json(row["document"]) if row else None

    def find(self, provider: str, order_number: str) -> Payment | None:
        row = self._database.execute(
            "SELECT document FROM payments WHERE provider = ? AND json_extract(document, '$.order_number') = ?",
            (provider, order_number),
        ).fetchone()
        return Payment.model_validate_json(row["document"]) if row else None

    def overdue(self, now: datetime) -> list[Payment]:
        rows = self._database.execute("SELECT document FROM payments WHERE deadline <= ?", (_iso(now),))
        return [Payment.model_validate_json(row["document"]) for row in rows.fetchall()]

    def page(self, filter_: Filter) -> Page:
        return _page(self._database, "payments", filter_)


class RefundRepository:
    """Everything that is stored of refunds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, refund: Refund) -> None:
        self._database.execute(
            "INSERT INTO refunds (id, provider, status, created_at, payment_id, due_at, document)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                refund.id,
                refund.provider,
                refund.status,
                _iso(refund.created_at),
                refund.payment_id,
                *_rest(refund, refund.due_at),
            ),
        )

    def save(self, refund: Refund) -> None:
        self._database.execute(
            "UPDATE refunds SET status = ?, due_at = ?, document = ? WHERE id = ?",
            (refund.status, *_rest(refund, refund.due_at), refund.id),
        )

    def get(self, refund_id: str) -> Refund | None:
        row = self._database.execute("SELECT document FROM refunds WHERE id = ?", (refund_id,)).fetchone()
        return Refund.model_validate_json(row["document"]) if row else None

    def of(self, payment_id: str) -> list[Refund]:
        rows = self._database.execute("SELECT document FROM refunds WHERE payment_id = ? ORDER BY seq", (payment_id,))
        return [Refund.model_validate_json(row["document"]) for row in rows.fetchall()]

    def due(self, now: datetime) -> list[Refund]:
        rows = self._database.execute("SELECT document FROM refunds WHERE due_at <= ? ORDER BY due_at", (_iso(now),))
        return [Refund.model_validate_json(row["document"]) for row in rows.fetchall()]

    def page(self, filter_: Filter) -> Page:
        return _page(self._database, "refunds", filter_)


class ReceiptRepository:
    """Everything that is stored of receipts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, receipt: StoredReceipt) -> None:
        columns = (receipt.id, receipt.provider, _iso(receipt.created_at), receipt.payment_id, receipt.refund_id)
        self._database.execute(
            "INSERT INTO receipts (id, provider, created_at, payment_id, refund_id, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*columns, receipt.model_dump_json()),
        )

    def get(self, receipt_id: str) -> StoredReceipt | None:
        row = self._database.execute("SELECT document FROM receipts WHERE id = ?", (receipt_id,)).fetchone()
        return StoredReceipt.model_validate_json(row["document"]) if row else None

    def of(self, payment_id: str) -> list[StoredReceipt]:
        """A payment's, the oldest first."""
        rows = self._database.execute("SELECT document FROM receipts WHERE payment_id = ? ORDER BY seq", (payment_id,))
        return [StoredReceipt.model_validate_json(row["document"]) for row in rows.fetchall()]

    def page(self, filter_: Filter) -> Page:
        return _page(self._database, "receipts", filter_)


def _page(database: Database, table: str, filter_: Filter) -> Page:
    conditions, parameters = ["1"], []
    for comparison, parameter in filter_.conditions:
        conditions.append(comparison)
        parameters.append(parameter)
    if filter_.before is not None:
        conditions.append("seq < ?")
        parameters.append(str(filter_.before))
    # Table and comparisons are literals of this program.
    statement = f"SELECT seq, document FROM {table} WHERE {' AND '.join(conditions)} ORDER BY seq DESC LIMIT ?"  # noqa: S608
    rows = database.execute(statement, (*parameters, filter_.limit + 1)).fetchall()
    more = len(rows) > filter_.limit
    shown = rows[: filter_.limit]
    return Page([row["document"] for row in shown], shown[-1]["seq"] if more else None)


def _rest(document: Payment | Refund, due: datetime | None) -> tuple[str | None, str]:
    return (_iso(due) if due else None, document.model_dump_json())


def _iso(instant: datetime) -> str:
    """UTC in one width, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
