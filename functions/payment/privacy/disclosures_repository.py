"""What the payment service keeps of a payer."""

from sqlalchemy import Uuid, bindparam, select

from core.postgres.disclosure import Source
from payment.attempts.tables import payments
from payment.paying.tables import notifications
from payment.receipts.tables import receipts
from payment.refunds.tables import refunds

PERSON = bindparam("person", type_=Uuid)
BOOKS = "for ever: the books"
PAYMENT = ("id", "booking_id", "booking_number", "provider", "method", "purpose", "amount", "taken", "currency",
           "return_url", "status", "reason", "note", "created_at")  # fmt: skip
REFUND = ("id", "payment_id", "amount", "reason", "comment", "status", "decision", "created_at", "settled_at")
RECEIPT = ("id", "payment_id", "kind", "amount", "items", "status", "created_at", "settled_at")
TOLD = ("payment_id", "provider", "event", "status", "body", "received_at")
SOURCES = (
    Source(
        "payments",
        "books",
        BOOKS,
        select(*(payments.c[n] for n in PAYMENT))
        .where(payments.c.customer_id == PERSON)
        .order_by(payments.c.created_at, payments.c.id),
    ),
    Source(
        "refunds",
        "books",
        BOOKS,
        select(*(refunds.c[n] for n in REFUND)).where(refunds.c.customer_id == PERSON).order_by(refunds.c.position),
    ),
    Source(
        "receipts",
        "books",
        BOOKS,
        select(*(receipts.c[n] for n in RECEIPT))
        .where(receipts.c.customer_id == PERSON)
        .order_by(receipts.c.created_at, receipts.c.id),
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
