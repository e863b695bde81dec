"""Tables of invoices: what they say, and which bookings they are for."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from payment.tables import metadata

invoices = Table(
    "invoices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("company_id", Uuid, ForeignKey("companies.id", name="invoices_company_id_fkey"), nullable=False),
    Column("status", Text, nullable=False),
    Column("total", BigInteger, nullable=False),
    # What has come in, counted towards bookings or not.
    Column("paid", BigInteger, nullable=False, server_default=text("0")),
    Column("issued_on", Date, nullable=False),
    Column("due", Date, nullable=False),
    # When that day is over by the studio's clock.
    Column("due_at", Timestamp, nullable=False),
    # Parties, lines, VAT: as the paper says it, for ever.
    Column("document", JSONB, nullable=False),
    Column("issued_at", Timestamp, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("voided_at", Timestamp),
    Column("void_reason", Text),
    UniqueConstraint("year", "number", name="invoices_number_key"),
    CheckConstraint("paid BETWEEN 0 AND total", name="invoices_paid_check"),
    CheckConstraint("(status = 'void') = (voided_at IS NOT NULL)", name="invoices_void_check"),
    CheckConstraint(
        "status = 'void' AND paid = 0 OR status = 'issued' AND paid = 0 AND total > 0"
        " OR status = 'partly_paid' AND paid > 0 AND paid < total OR status = 'paid' AND paid = total",
        name="invoices_status_check",
    ),
)
OPEN = text("status IN ('issued', 'partly_paid')")
Index("invoices_by_age", invoices.c.issued_at.desc(), invoices.c.id)
Index("invoices_by_company", invoices.c.company_id, invoices.c.issued_at.desc(), invoices.c.id)
Index("invoices_open_by_company", invoices.c.company_id, invoices.c.issued_at, postgresql_where=OPEN)
Index("invoices_open", invoices.c.issued_at.desc(), invoices.c.id, postgresql_where=OPEN)

invoice_bookings = Table(
    "invoice_bookings",
    metadata,
    Column("invoice_id", Uuid, ForeignKey("invoices.id", name="invoice_bookings_invoice_id_fkey"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("paid", BigInteger, nullable=False, server_default=text("0")),
    # Whether its invoice is open: of those a booking has one.
    Column("open", Boolean, nullable=False),
    PrimaryKeyConstraint("invoice_id", "position", name="invoice_bookings_pkey"),
    CheckConstraint("amount > 0 AND paid BETWEEN 0 AND amount", name="invoice_bookings_paid_check"),
)
Index("invoice_bookings_one_open", invoice_bookings.c.booking_id, unique=True, postgresql_where=invoice_bookings.c.open)
Index("invoice_bookings_by_booking", invoice_bookings.c.booking_id)

invoice_payments = Table(
    "invoice_payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, ForeignKey("invoices.id", name="invoice_payments_invoice_id_fkey"), nullable=False),
    # The line of a bank statement; NULL where staff gave their word.
    Column("bank_line_id", Uuid),
    Column("amount", BigInteger, nullable=False),
    Column("note", Text),
    Column("at", Timestamp, nullable=False),
    Column("by", Text, nullable=False),
    CheckConstraint("amount > 0", name="invoice_payments_amount_check"),
)
Index("invoice_payments_by_invoice", invoice_payments.c.invoice_id)
