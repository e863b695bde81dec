"""The texts of messages that staff wrote."""

from migrator.migrations import online

revision = "0073"
down_revision = "0066"

VERSIONS = """
CREATE TABLE IF NOT EXISTS notification.template_versions (
    name text NOT NULL,
    locale text NOT NULL,
    version integer NOT NULL,
    parts jsonb,
    restored integer,
    edited_by uuid NOT NULL,
    edited_at timestamptz NOT NULL,
    failed_at timestamptz,
    failure text,
    CONSTRAINT template_versions_pkey PRIMARY KEY (name, locale, version)
)
"""


def upgrade() -> None:
    online.run(VERSIONS)
