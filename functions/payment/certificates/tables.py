"""The table of certificates and passes; what is left of each is held money of the same id."""

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Date, ForeignKey, Index, Table, Text, Uuid

from core.postgres.tables import Timestamp
from payment.held_money.tables import held
from payment.tables import metadata

certificates = Table(
    "certificates",
    metadata,
    Column("id", Uuid, ForeignKey(held.c.id, name="certificates_id_fkey"), primary_key=True),
    # Of the code; who has that may use the certificate.
    Column("digest", Text, nullable=False),
    Column("tail", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("face", BigInteger, nullable=False),
    # What was paid for it, in kopecks.
    Column("price", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("hall_ids", ARRAY(Uuid), nullable=False),
    Column("tariffs", ARRAY(Text), nullable=False),
    # Days of visits, both inclusive.
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("sold_by", Text, nullable=False),
    Column("sold_at", Timestamp, nullable=False),
    Column("blocked_at", Timestamp),
    CheckConstraint("unit IN ('kopecks', 'minutes')", name="certificates_unit_check"),
    CheckConstraint("face > 0", name="certificates_face_check"),
    CheckConstraint("price >= 0", name="certificates_price_check"),
    CheckConstraint("valid_from <= valid_until", name="certificates_period_check"),
)
Index("certificates_digest_key", certificates.c.digest, unique=True)
Index("certificates_newest", certificates.c.sold_at.desc(), certificates.c.id)
Index("certificates_by_tail", certificates.c.tail, certificates.c.sold_at.desc(), certificates.c.id)
