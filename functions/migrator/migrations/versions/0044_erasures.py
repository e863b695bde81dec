"""What is told of an erased payer is stored without the payer, and events have no words that people wrote."""

from migrator.migrations import online

revision = "0044"
down_revision = "0043"

ERASED_PAYERS = """
CREATE TABLE IF NOT EXISTS payment.erased_payers (
    customer_id uuid NOT NULL,
    erased_at timestamptz NOT NULL,
    CONSTRAINT erased_payers_pkey PRIMARY KEY (customer_id)
)
"""
# Of cancellations alone: in no other event is the reason anything but a code.
OUTBOX = """
UPDATE booking.outbox SET envelope = envelope #- '{data,reason}'
 WHERE position IN (SELECT position FROM booking.outbox
                     WHERE type = 'booking.cancelled' AND envelope #>> '{data,reason}' IS NOT NULL LIMIT :size)
"""
LOG = """
UPDATE integration.events SET envelope = envelope #- '{data,reason}'
 WHERE (id, time) IN (SELECT id, time FROM integration.events
                       WHERE type = 'booking.cancelled' AND envelope #>> '{data,reason}' IS NOT NULL LIMIT :size)
"""
LETTERS = """
UPDATE integration.dead_letters SET body = (CAST(body AS jsonb) #- '{detail,data,reason}')::text
 WHERE id IN (SELECT id FROM integration.dead_letters WHERE type = 'booking.cancelled'
                 AND CAST(body AS jsonb) #>> '{detail,data,reason}' IS NOT NULL LIMIT :size)
"""


def upgrade() -> None:
    online.run(ERASED_PAYERS)
    online.columns("payment.notifications", "receipted bigint")
    for statement in (OUTBOX, LOG, LETTERS):
        online.batches(statement)
