"""Why a text of staff could not be rendered, for those who read Russian."""

from migrator.migrations import online

revision = "0090"
down_revision = "0087"


def upgrade() -> None:
    online.columns("notification.template_versions", "failure_ru text")
