"""The table of acts."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from payment.tables import metadata

acts = Table(
    "acts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("invoice_id", Uuid, ForeignKey("invoices.id", name="acts_invoice_id_fkey"), nullable=False),
    Column("company_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("issued_at", Timestamp, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("voided_at", Timestamp),
    Column("void_reason", Text),
    UniqueConstraint("year", "number", name="acts_number_key"),
    CheckConstraint(
        "status IN ('issued', 'void') AND (status = 'void') = (voided_at IS NOT NULL)", name="acts_status_check"
    ),
)
Index("acts_one_valid", acts.c.invoice_id, unique=True, postgresql_where=sql("status = 'issued'"))
Index("acts_by_invoice", acts.c.invoice_id, acts.c.issued_at.desc(), acts.c.id)
Index("acts_by_age", acts.c.issued_at.desc(), acts.c.id)
Index("acts_by_company", acts.c.company_id, acts.c.issued_at.desc(), acts.c.id)
