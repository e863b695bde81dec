"""Tables of what there is only so much of: add-ons in stock and uses of promo codes."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE

from booking.tables import metadata
from core.postgres.tables import Timestamp

add_ons = Table(
    "add_ons",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("stock", Integer),
    Column("active", Boolean, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", Timestamp, nullable=False),
)

add_on_claims = Table(
    "add_on_claims",
    metadata,
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="add_on_claims_booking_id_fkey"), primary_key=True),
    Column("add_on_id", Uuid, ForeignKey("add_ons.id", name="add_on_claims_add_on_id_fkey"), primary_key=True),
    Column("during", TSTZRANGE, nullable=False),
    Column("quantity", Integer, nullable=False),
    CheckConstraint("quantity > 0", name="add_on_claims_quantity_check"),
)
Index("add_on_claims_during", add_on_claims.c.add_on_id, add_on_claims.c.during, postgresql_using="gist")

promo_codes = Table(
    "promo_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("details", JSONB, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    # How often it is used, which a trigger of `promo_uses` keeps; NULL until the first use counts older ones.
    Column("uses", Integer),
)
Index("promo_codes_by_age", promo_codes.c.created_at.desc(), promo_codes.c.id)

promo_uses = Table(
    "promo_uses",
    metadata,
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="promo_uses_booking_id_fkey"), primary_key=True),
    Column("promo_code_id", Uuid, ForeignKey("promo_codes.id", name="promo_uses_promo_code_id_fkey"), nullable=False),
    Column("customer_id", Uuid, nullable=False),
)
Index("promo_uses_by_code", promo_uses.c.promo_code_id, promo_uses.c.customer_id)
promo_uses.info["then"] = [
    """
CREATE FUNCTION booking.count_promo_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE booking.promo_codes SET uses = uses + 1 WHERE id = NEW.promo_code_id AND uses IS NOT NULL;
    ELSE
        UPDATE booking.promo_codes SET uses = uses - 1 WHERE id = OLD.promo_code_id AND uses IS NOT NULL;
    END IF;
    RETURN NULL;
END $$
""",
    "CREATE TRIGGER promo_uses_counted AFTER INSERT OR DELETE ON booking.promo_uses\n"
    "    FOR EACH ROW EXECUTE FUNCTION booking.count_promo_uses()",
]
