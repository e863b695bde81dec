"""Money that the studio holds for people: balances, certificates, deposits, every change of it."""

from migrator.migrations import online

revision = "0057"
down_revision = "0056"

HELD = """
CREATE TABLE IF NOT EXISTS payment.held_money (
    id uuid NOT NULL,
    kind text NOT NULL,
    customer_id uuid,
    remaining bigint NOT NULL,
    worth bigint NOT NULL,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT held_money_pkey PRIMARY KEY (id),
    CONSTRAINT held_money_kind_check CHECK (kind IN ('balance', 'certificate', 'deposit')),
    CONSTRAINT held_money_remaining_check CHECK (remaining >= 0),
    CONSTRAINT held_money_worth_check CHECK (worth >= 0),
    CONSTRAINT held_money_owner_check CHECK (customer_id IS NOT NULL OR kind = 'certificate')
)
"""
ENTRIES = """
CREATE TABLE IF NOT EXISTS payment.held_money_entries (
    id uuid NOT NULL,
    held_id uuid NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    worth bigint NOT NULL,
    price bigint,
    method text,
    payment_id uuid,
    booking_id uuid,
    refund_id uuid,
    entered_by text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT held_money_entries_pkey PRIMARY KEY (id),
    CONSTRAINT held_money_entries_held_id_fkey FOREIGN KEY (held_id) REFERENCES payment.held_money (id),
    CONSTRAINT held_money_entries_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
    CONSTRAINT held_money_entries_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES payment.refunds (id),
    CONSTRAINT held_money_entries_remaining_check CHECK (remaining >= 0)
)
"""
NOTES = """
CREATE TABLE IF NOT EXISTS payment.held_money_notes (
    entry_id uuid NOT NULL,
    note text NOT NULL,
    CONSTRAINT held_money_notes_pkey PRIMARY KEY (entry_id),
    CONSTRAINT held_money_notes_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES payment.held_money_entries (id)
)
"""
CERTIFICATES = """
CREATE TABLE IF NOT EXISTS payment.certificates (
    id uuid NOT NULL,
    digest text NOT NULL,
    tail text NOT NULL,
    name text NOT NULL,
    unit text NOT NULL,
    face bigint NOT NULL,
    price bigint NOT NULL,
    method text NOT NULL,
    hall_ids uuid[] NOT NULL,
    tariffs text[] NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    sold_by text NOT NULL,
    sold_at timestamptz NOT NULL,
    blocked_at timestamptz,
    CONSTRAINT certificates_pkey PRIMARY KEY (id),
    CONSTRAINT certificates_id_fkey FOREIGN KEY (id) REFERENCES payment.held_money (id),
    CONSTRAINT certificates_unit_check CHECK (unit IN ('kopecks', 'minutes')),
    CONSTRAINT certificates_face_check CHECK (face > 0),
    CONSTRAINT certificates_price_check CHECK (price >= 0),
    CONSTRAINT certificates_period_check CHECK (valid_from <= valid_until)
)
"""
DEPOSITS = """
CREATE TABLE IF NOT EXISTS payment.deposits (
    id uuid NOT NULL,
    booking_id uuid NOT NULL,
    booking_number text NOT NULL,
    amount bigint NOT NULL,
    given_back bigint NOT NULL,
    method text NOT NULL,
    taken_by text NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT deposits_pkey PRIMARY KEY (id),
    CONSTRAINT deposits_id_fkey FOREIGN KEY (id) REFERENCES payment.held_money (id),
    CONSTRAINT deposits_amount_check CHECK (amount > 0),
    CONSTRAINT deposits_given_back_check CHECK (given_back BETWEEN 0 AND amount)
)
"""
NEW = "payment.held_money", "payment.held_money_entries"


def upgrade() -> None:
    for statement in (HELD, ENTRIES, NOTES, CERTIFICATES, DEPOSITS):
        online.run(statement)
    online.run("REVOKE UPDATE, DELETE ON payment.held_money_entries FROM cyclorama_payment")
    held, entries = NEW
    open_balance = "(customer_id) WHERE kind = 'balance' AND closed_at IS NULL"
    online.index("held_money_one_balance", held, open_balance, unique=True)
    online.index("held_money_by_customer", held, "(customer_id)")
    online.index("held_money_deposits", held, "(created_at DESC, id) WHERE kind = 'deposit' AND remaining > 0")
    online.index("held_money_entries_by_booking", entries, "(booking_id) WHERE booking_id IS NOT NULL")
    online.index("certificates_digest_key", "payment.certificates", "(digest)", unique=True)
    online.index("certificates_newest", "payment.certificates", "(sold_at DESC, id)")
    online.index("certificates_by_tail", "payment.certificates", "(tail, sold_at DESC, id)")
    online.index("deposits_by_booking", "payment.deposits", "(booking_id)")
    online.index("deposits_newest", "payment.deposits", "(taken_at DESC, id)")
    online.index("held_money_entries_newest", entries, "(held_id, at DESC, id)")
    online.index("held_money_entries_by_payment", entries, "(payment_id) WHERE payment_id IS NOT NULL")
    online.index("held_money_entries_by_refund", entries, "(refund_id) WHERE refund_id IS NOT NULL")
    online.index("held_money_entries_by_time", entries, "(at)")
    online.columns("payment.payments", "money bigint")
    online.columns("payment.refunds", "to_balance boolean NOT NULL DEFAULT false")
