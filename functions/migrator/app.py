"""The database migrations as a function of their own: invoked once per deployment, never through the API."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine

from core.jobs import enough_time
from core.observability import logger
from core.postgres.database import create_database
from core.settings import load_settings
from migrator.deployment import is_deployment, perform
from migrator.settings import MigratorSettings
from migrator.upgrading import MIGRATIONS, Outcome, Upgrade

__all__ = ["MIGRATIONS", "handler", "migrate"]

# What a batch of rows, or a moment's lock, may still take.
SPARE_MILLISECONDS = 30_000


def handler(event: dict[str, Any], context: Any) -> dict[str, str | int | None]:
    """Bring the database to the newest revision; safe to repeat, and to run twice at once.

    `left` migrations wait for the next invocation, where time was too short. CloudFormation is told by its own way."""
    if is_deployment(event):
        return perform(event, lambda: _upgrade(context))
    return asdict(_upgrade(context))


def _upgrade(context: Any) -> Outcome:
    # An index of a large table takes minutes, in which the server says nothing.
    engine = create_database(load_settings(MigratorSettings).signed_in(), socket_seconds=None)
    outcome = Upgrade(enough_time(context, SPARE_MILLISECONDS)).run(engine)
    logger.info("Migrated", before=outcome.before, after=outcome.after, left=outcome.left)
    return outcome


def migrate(engine: Engine, until: str = "head") -> tuple[str | None, str | None]:
    """Run all outstanding migrations; returns the revisions before and after."""
    outcome = Upgrade().run(engine, until)
    return outcome.before, outcome.after
