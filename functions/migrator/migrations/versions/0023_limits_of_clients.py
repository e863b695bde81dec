"""What a client holds, pays and waits for is found without reading all of it; uses of promo codes are counted once."""

from migrator.migrations import online

revision = "0023"
down_revision = "0022"

# The table keeps its own count, so that it is right whoever writes. NULL is a code that nobody counted yet.
COUNT = """
CREATE OR REPLACE FUNCTION booking.count_promo_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE booking.promo_codes SET uses = uses + 1 WHERE id = NEW.promo_code_id AND uses IS NOT NULL;
    ELSE
        UPDATE booking.promo_codes SET uses = uses - 1 WHERE id = OLD.promo_code_id AND uses IS NOT NULL;
    END IF;
    RETURN NULL;
END $$
"""
COUNTED = """
CREATE OR REPLACE TRIGGER promo_uses_counted AFTER INSERT OR DELETE ON booking.promo_uses
    FOR EACH ROW EXECUTE FUNCTION booking.count_promo_uses()
"""


def upgrade() -> None:
    online.columns("booking.promo_codes", "uses integer")
    online.run(COUNT)
    online.run(COUNTED)
    online.index("bookings_unpaid", "booking.bookings", "(customer_id) WHERE status = 'pending'")
    online.index("waitlist_by_creation", "booking.waitlist", "(created_at DESC, id)")
    online.index(
        "payments_open_by_customer", "payment.payments", "(customer_id) WHERE status IN ('creating', 'pending')"
    )
