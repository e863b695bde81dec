"""The ledger is checked where something touched it, and as a whole from time to time."""

from migrator.migrations import online

revision = "0027"
down_revision = "0026"

TOUCHED = """
CREATE TABLE IF NOT EXISTS payment.ledger_touched (
    provider text NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    payment_id uuid NOT NULL,
    PRIMARY KEY (provider, position)
)
"""
PASSES = """
CREATE TABLE IF NOT EXISTS payment.ledger_passes (
    name text NOT NULL,
    after uuid,
    ended_at timestamptz,
    PRIMARY KEY (name)
)
"""
# Whoever writes, by whatever door, leaves a mark in the same transaction.
TOUCH = """
CREATE OR REPLACE FUNCTION payment.touch_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'payments' THEN
        INSERT INTO payment.ledger_touched (provider, payment_id) VALUES (NEW.provider, NEW.id);
    ELSE
        INSERT INTO payment.ledger_touched (provider, payment_id)
        SELECT provider, id FROM payment.payments WHERE id IN (OLD.payment_id, NEW.payment_id);
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = (
    """
CREATE OR REPLACE TRIGGER payments_added_touch AFTER INSERT ON payment.payments
    FOR EACH ROW WHEN (NEW.taken > 0) EXECUTE FUNCTION payment.touch_ledger()
""",
    """
CREATE OR REPLACE TRIGGER payments_changed_touch AFTER UPDATE ON payment.payments
    FOR EACH ROW WHEN ((OLD.taken, OLD.booking_id, OLD.provider)
        IS DISTINCT FROM (NEW.taken, NEW.booking_id, NEW.provider))
    EXECUTE FUNCTION payment.touch_ledger()
""",
    """
CREATE OR REPLACE TRIGGER refunds_moved_touch AFTER INSERT OR DELETE ON payment.refunds
    FOR EACH ROW EXECUTE FUNCTION payment.touch_ledger()
""",
    """
CREATE OR REPLACE TRIGGER refunds_changed_touch AFTER UPDATE ON payment.refunds
    FOR EACH ROW WHEN ((OLD.status = 'succeeded' OR NEW.status = 'succeeded')
        AND (OLD.status, OLD.amount, OLD.payment_id, OLD.booking_id)
            IS DISTINCT FROM (NEW.status, NEW.amount, NEW.payment_id, NEW.booking_id))
    EXECUTE FUNCTION payment.touch_ledger()
""",
    """
CREATE OR REPLACE TRIGGER ledger_touch AFTER INSERT OR UPDATE OR DELETE ON payment.ledger
    FOR EACH ROW EXECUTE FUNCTION payment.touch_ledger()
""",
)


def upgrade() -> None:
    for statement in (TOUCHED, PASSES, TOUCH, *TRIGGERS):
        online.run(statement)
