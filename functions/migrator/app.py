"""The database migrations as a function of their own: invoked once per deployment, never through the API."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from core.database import create_database
from core.observability import logger
from core.settings import load_settings
from migrator.settings import MigratorSettings

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x6379_636C


def handler(_event: dict[str, Any], _context: object) -> dict[str, str | None]:
    """Bring the database to the newest revision; safe to repeat, and to run twice at once."""
    engine = create_database(load_settings(MigratorSettings).signed_in())
    before, after = migrate(engine)
    logger.info("Migrated", before=before, after=after)
    return {"before": before, "after": after}


def migrate(engine: Engine) -> tuple[str | None, str | None]:
    """Run all outstanding migrations in one transaction; returns the revisions before and after."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        # A migration that cannot get its lock must fail rather than queue every request behind it.
        connection.execute(text("SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '0'"))
        before = MigrationContext.configure(connection).get_current_revision()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, ScriptDirectory.from_config(config).get_current_head()
