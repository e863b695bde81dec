"""The table of companies."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from payment.tables import metadata

companies = Table(
    "companies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("inn", Text, nullable=False),
    Column("kpp", Text),
    Column("name", Text, nullable=False),
    # The name's words, as they are looked for: quotation marks are letters to a database with the locale C.
    Column("words", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    # A person, apart from the rest so that it is forgotten after a time.
    Column("contact", JSONB(none_as_null=True)),
    Column("version", Integer, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("updated_at", Timestamp, nullable=False),
    # When it was last edited or invoiced.
    Column("used_at", Timestamp, nullable=False),
)
# A branch has the INN of its company and a KPP of its own.
Index("companies_inn_key", companies.c.inn, companies.c.kpp, unique=True, postgresql_nulls_not_distinct=True)
Index("companies_by_inn", text("inn text_pattern_ops"), _table=companies)
Index("companies_by_age", companies.c.created_at.desc(), companies.c.id)
Index("companies_by_contact", companies.c.used_at, postgresql_where=companies.c.contact.is_not(None))
Index(
    "companies_by_name",
    text("to_tsvector('simple'::regconfig, words)"),
    _table=companies,
    postgresql_using="gin",
)
# A word that many have is read from these, in their order, as far as need be.
for place in (1, 2, 3):
    Index(
        f"companies_by_word_{place}",
        text(f"split_part(words, ' '::text, {place}) text_pattern_ops"),
        _table=companies,
    )
