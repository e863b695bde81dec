"""Invoices and acts with numbers without gaps, and payments from bank statements."""

from migrator.migrations import online

revision = "0059"
down_revision = "0058"

PAPER_NUMBERS = """
CREATE TABLE IF NOT EXISTS payment.paper_numbers (
    kind text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT paper_numbers_pkey PRIMARY KEY (kind, year),
    CONSTRAINT paper_numbers_kind_check CHECK (kind IN ('invoice', 'act'))
)
"""
INVOICES = """
CREATE TABLE IF NOT EXISTS payment.invoices (
    id uuid NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    company_id uuid NOT NULL,
    status text NOT NULL,
    total bigint NOT NULL,
    paid bigint DEFAULT 0 NOT NULL,
    issued_on date NOT NULL,
    due date NOT NULL,
    due_at timestamptz NOT NULL,
    document jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    issued_by text NOT NULL,
    voided_at timestamptz,
    void_reason text,
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    CONSTRAINT invoices_company_id_fkey FOREIGN KEY (company_id) REFERENCES payment.companies (id),
    CONSTRAINT invoices_number_key UNIQUE (year, number),
    CONSTRAINT invoices_paid_check CHECK (paid BETWEEN 0 AND total),
    CONSTRAINT invoices_void_check CHECK ((status = 'void') = (voided_at IS NOT NULL)),
    CONSTRAINT invoices_status_check CHECK (
        status = 'void' AND paid = 0 OR status = 'issued' AND paid = 0 AND total > 0
        OR status = 'partly_paid' AND paid > 0 AND paid < total OR status = 'paid' AND paid = total)
)
"""
INVOICE_BOOKINGS = """
CREATE TABLE IF NOT EXISTS payment.invoice_bookings (
    invoice_id uuid NOT NULL,
    position integer NOT NULL,
    booking_id uuid NOT NULL,
    number text NOT NULL,
    amount bigint NOT NULL,
    paid bigint DEFAULT 0 NOT NULL,
    open boolean NOT NULL,
    CONSTRAINT invoice_bookings_pkey PRIMARY KEY (invoice_id, position),
    CONSTRAINT invoice_bookings_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES payment.invoices (id),
    CONSTRAINT invoice_bookings_paid_check CHECK (amount > 0 AND paid BETWEEN 0 AND amount)
)
"""
INVOICE_PAYMENTS = """
CREATE TABLE IF NOT EXISTS payment.invoice_payments (
    id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    bank_line_id uuid,
    amount bigint NOT NULL,
    note text,
    at timestamptz NOT NULL,
    by text NOT NULL,
    CONSTRAINT invoice_payments_pkey PRIMARY KEY (id),
    CONSTRAINT invoice_payments_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES payment.invoices (id),
    CONSTRAINT invoice_payments_amount_check CHECK (amount > 0)
)
"""
ACTS = """
CREATE TABLE IF NOT EXISTS payment.acts (
    id uuid NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    invoice_id uuid NOT NULL,
    company_id uuid NOT NULL,
    status text NOT NULL,
    issued_on date NOT NULL,
    document jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    issued_by text NOT NULL,
    voided_at timestamptz,
    void_reason text,
    CONSTRAINT acts_pkey PRIMARY KEY (id),
    CONSTRAINT acts_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES payment.invoices (id),
    CONSTRAINT acts_number_key UNIQUE (year, number),
    CONSTRAINT acts_status_check
        CHECK (status IN ('issued', 'void') AND (status = 'void') = (voided_at IS NOT NULL))
)
"""
BANK_LINES = """
CREATE TABLE IF NOT EXISTS payment.bank_lines (
    id uuid NOT NULL,
    account text NOT NULL,
    number text NOT NULL,
    date date NOT NULL,
    received_on date NOT NULL,
    amount bigint NOT NULL,
    payer text NOT NULL,
    payer_inn text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    used bigint DEFAULT 0 NOT NULL,
    set_aside_reason text,
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    CONSTRAINT bank_lines_pkey PRIMARY KEY (id),
    CONSTRAINT bank_lines_key UNIQUE (account, number, date, amount, payer_inn),
    CONSTRAINT bank_lines_used_check CHECK (amount > 0 AND used BETWEEN 0 AND amount),
    CONSTRAINT bank_lines_state_check CHECK (
        state = 'open' AND used < amount OR state = 'matched' AND used = amount OR state = 'set_aside')
)
"""


def upgrade() -> None:
    for table in (PAPER_NUMBERS, INVOICES, INVOICE_BOOKINGS, INVOICE_PAYMENTS, ACTS, BANK_LINES):
        online.run(table)
    is_open = "WHERE status IN ('issued', 'partly_paid')"
    online.index("invoices_by_age", "payment.invoices", "(issued_at DESC, id)")
    online.index("invoices_by_company", "payment.invoices", "(company_id, issued_at DESC, id)")
    online.index("invoices_open_by_company", "payment.invoices", f"(company_id, issued_at) {is_open}")
    online.index("invoices_open", "payment.invoices", f"(issued_at DESC, id) {is_open}")
    online.index("invoice_bookings_one_open", "payment.invoice_bookings", "(booking_id) WHERE open", unique=True)
    online.index("invoice_bookings_by_booking", "payment.invoice_bookings", "(booking_id)")
    online.index("invoice_payments_by_invoice", "payment.invoice_payments", "(invoice_id)")
    online.index("acts_one_valid", "payment.acts", "(invoice_id) WHERE status = 'issued'", unique=True)
    online.index("acts_by_invoice", "payment.acts", "(invoice_id, issued_at DESC, id)")
    online.index("acts_by_age", "payment.acts", "(issued_at DESC, id)")
    online.index("acts_by_company", "payment.acts", "(company_id, issued_at DESC, id)")
    online.index("bank_lines_by_age", "payment.bank_lines", "(imported_at DESC, id)")
    online.index("bank_lines_by_state", "payment.bank_lines", "(state, imported_at DESC, id)")
