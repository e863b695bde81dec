"""What the notification service does by the clock."""

from typing import Any

from core.jobs import Turn, job
from notification import wiring


@job()
def send_pending(_event: dict[str, Any], turn: Turn) -> int:
    """Try the messages again that did not leave, and those whose sender died."""
    return wiring.sending().send_due(turn)


@job()
def send_reminders(_event: dict[str, Any], turn: Turn) -> int:
    """Remind of confirmed bookings that start soon."""
    return wiring.reminders().run(turn)


@job()
def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, turn)
