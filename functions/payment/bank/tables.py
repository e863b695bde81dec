"""The table of payments that came to the studio's account."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, Index, Table, Text, UniqueConstraint, Uuid, text

from core.postgres.tables import Timestamp
from payment.tables import metadata

bank_lines = Table(
    "bank_lines",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("account", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("date", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("payer", Text, nullable=False),
    Column("payer_inn", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("used", BigInteger, nullable=False, server_default=text("0")),
    Column("set_aside_reason", Text),
    Column("imported_at", Timestamp, nullable=False),
    Column("imported_by", Text, nullable=False),
    # Files overlap, and banks give payments no id.
    UniqueConstraint("account", "number", "date", "amount", "payer_inn", name="bank_lines_key"),
    CheckConstraint("amount > 0 AND used BETWEEN 0 AND amount", name="bank_lines_used_check"),
    CheckConstraint(
        "state = 'open' AND used < amount OR state = 'matched' AND used = amount OR state = 'set_aside'",
        name="bank_lines_state_check",
    ),
)
Index("bank_lines_by_age", bank_lines.c.imported_at.desc(), bank_lines.c.id)
Index("bank_lines_by_state", bank_lines.c.state, bank_lines.c.imported_at.desc(), bank_lines.c.id)
