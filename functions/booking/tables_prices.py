"""Tables of prices, and of what there is only so much of: add-ons in stock and uses of promo codes."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE

from booking.tables import bookings, metadata
from core.tables import Timestamp

tariff_versions = Table(
    "tariff_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("note", Text, nullable=False),
    # The whole price list: an active or retired one never changes.
    Column("prices", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("activated_at", Timestamp),
    CheckConstraint("status IN ('draft', 'active', 'retired')", name="tariff_versions_status_check"),
)
Index("tariff_versions_active", tariff_versions.c.status, unique=True, postgresql_where=text("status = 'active'"))

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
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="add_on_claims_booking_id_fkey"), primary_key=True),
    Column("add_on_id", Uuid, ForeignKey(add_ons.c.id, name="add_on_claims_add_on_id_fkey"), primary_key=True),
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

promo_uses = Table(
    "promo_uses",
    metadata,
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="promo_uses_booking_id_fkey"), primary_key=True),
    Column("promo_code_id", Uuid, ForeignKey(promo_codes.c.id, name="promo_uses_promo_code_id_fkey"), nullable=False),
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
