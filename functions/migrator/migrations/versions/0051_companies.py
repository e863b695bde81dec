"""Companies that are invoiced, with their requisites."""

from migrator.migrations import online

revision = "0051"
down_revision = "0050"

COMPANIES = """
CREATE TABLE IF NOT EXISTS payment.companies (
    id uuid NOT NULL,
    inn text NOT NULL,
    kpp text,
    name text NOT NULL,
    words text NOT NULL,
    details jsonb NOT NULL,
    contact jsonb,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT companies_pkey PRIMARY KEY (id)
)
"""


def upgrade() -> None:
    online.run(COMPANIES)
    online.index("companies_inn_key", "payment.companies", "(inn, kpp) NULLS NOT DISTINCT", unique=True)
    online.index("companies_by_inn", "payment.companies", "(inn text_pattern_ops)")
    online.index("companies_by_age", "payment.companies", "(created_at DESC, id)")
    online.index("companies_by_contact", "payment.companies", "(used_at) WHERE contact IS NOT NULL")
    online.index("companies_by_name", "payment.companies", "USING gin (to_tsvector('simple'::regconfig, words))")
