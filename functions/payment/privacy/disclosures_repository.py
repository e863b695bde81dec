"""What the payment service keeps of a payer."""

from sqlalchemy import select

from core.postgres.disclosure import PERSON, Source, rows_of
from payment.attempts.tables import payments
from payment.held_money.tables import entries, held, notes
from payment.paying.tables import notifications
from payment.receipts.tables import receipts
from payment.refunds.tables import refunds

BOOKS = "for ever: the books"
PAYMENT = ("id", "booking_id", "booking_number", "provider", "method", "purpose", "amount", "taken", "currency",
           "return_url", "status", "reason", "note", "created_at")  # fmt: skip
REFUND = ("id", "payment_id", "amount", "reason", "comment", "status", "decision", "created_at", "settled_at")
RECEIPT = ("id", "payment_id", "kind", "amount", "items", "status", "created_at", "settled_at")
ENTRY = ("id", "kind", "amount", "remaining", "method", "payment_id", "booking_id", "at")
TOLD = ("payment_id", "provider", "event", "status", "body", "received_at")
SOURCES = (
    Source("payments", "books", BOOKS, rows_of(payments.c.customer_id, PAYMENT, "created_at", "id")),
    Source("refunds", "books", BOOKS, rows_of(refunds.c.customer_id, REFUND, "position")),
    Source("receipts", "books", BOOKS, rows_of(receipts.c.customer_id, RECEIPT, "created_at", "id")),
    Source(
        "held_money",
        "books",
        BOOKS,
        select(held.c.kind.label("held_as"), *(entries.c[n] for n in ENTRY), notes.c.note)
        .join(held, held.c.id == entries.c.held_id)
        .outerjoin(notes, notes.c.entry_id == entries.c.id)
        .where(held.c.customer_id == PERSON)
        .order_by(entries.c.at, entries.c.id),
    ),
    Source(
        "gateways_messages",
        "books",
        "WEBHOOK_RETENTION_DAYS",
        select(*(notifications.c[n] for n in TOLD))
        .join(payments, payments.c.id == notifications.c.payment_id)
        .where(payments.c.customer_id == PERSON)
        .order_by(notifications.c.received_at, notifications.c.id),
    ),
)
