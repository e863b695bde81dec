"""Comparisons of books that differ are few, and are listed without reading those that do not."""

from migrator.migrations import online

revision = "0079"
down_revision = "0078"

DIFFERING = "WHERE differences <> '[]'::jsonb"


def upgrade() -> None:
    online.index("reconciliations_differing", "payment.reconciliations", f"(created_at DESC, id) {DIFFERING}")
