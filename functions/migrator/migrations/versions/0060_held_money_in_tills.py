"""Money for balances, certificates and deposits moves in the till, too."""

from migrator.migrations import online

revision = "0060"
down_revision = "0059"

KINDS = "CHECK (kind IN ('payment', 'refund', 'put_in', 'taken_out', 'held_in', 'held_out'))"
SIGN = "CHECK ((amount > 0) = (kind IN ('payment', 'put_in', 'held_in')))"


def upgrade() -> None:
    online.constraint("payment.till_entries", "till_entries_kinds_check", KINDS)
    online.constraint("payment.till_entries", "till_entries_sign_check", SIGN)
    for former in ("till_entries_kind_check", "till_entries_amount_check"):
        online.run(f"ALTER TABLE payment.till_entries DROP CONSTRAINT IF EXISTS {former}")
