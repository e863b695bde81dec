"""What the gateway does by the clock."""

from typing import Any

from core.jobs import Turn, job
from gateway import wiring


@job()
def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, turn)
