"""Tables of what is still to be compared with the ledger, and the triggers that fill them."""

from sqlalchemy import BigInteger, Column, Identity, PrimaryKeyConstraint, Table, Text, Uuid

from core.postgres.tables import Timestamp
from payment.ledger.tables import ledger
from payment.tables import metadata

# A row for each change of a payment, refund or entry until it is compared. Rows are only added: of two concurrent
# changes each leaves its own, so a comparison removes exactly the rows that it has seen.
ledger_touched = Table(
    "ledger_touched",
    metadata,
    Column("provider", Text, nullable=False),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("payment_id", Uuid, nullable=False),
    PrimaryKeyConstraint("provider", "position", name="ledger_touched_pkey"),
)

ledger_passes = Table(
    "ledger_passes",
    metadata,
    Column("name", Text, primary_key=True),
    # How far a running pass has come, as a payment's id; NULL if none is running.
    Column("after", Uuid),
    Column("ended_at", Timestamp),
)

TOUCH = """
CREATE FUNCTION payment.touch_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
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


def _trigger(name: str, when: str, condition: str = "") -> str:
    return f"CREATE TRIGGER {name} AFTER {when}\n    FOR EACH ROW {condition}EXECUTE FUNCTION payment.touch_ledger()"


ledger.info["then"] = [
    TOUCH,
    _trigger("payments_added_touch", "INSERT ON payment.payments", "WHEN (NEW.taken > 0) "),
    _trigger(
        "payments_changed_touch",
        "UPDATE ON payment.payments",
        "WHEN ((OLD.taken, OLD.booking_id, OLD.provider) IS DISTINCT FROM (NEW.taken, NEW.booking_id, NEW.provider)) ",
    ),
    _trigger("refunds_moved_touch", "INSERT OR DELETE ON payment.refunds"),
    _trigger(
        "refunds_changed_touch",
        "UPDATE ON payment.refunds",
        "WHEN ((OLD.status = 'succeeded' OR NEW.status = 'succeeded')"
        " AND (OLD.status, OLD.amount, OLD.payment_id, OLD.booking_id)"
        " IS DISTINCT FROM (NEW.status, NEW.amount, NEW.payment_id, NEW.booking_id)) ",
    ),
    _trigger("ledger_touch", "INSERT OR UPDATE OR DELETE ON payment.ledger"),
]
