"""The notification service's scheduled jobs."""

from typing import Any

from core.events.outbox_job import relaying
from core.jobs import MINUTE, Turn, job
from notification import composition


@job(every=MINUTE)
def send_pending(_event: dict[str, Any], turn: Turn) -> int:
    """Retry messages that were not sent, and those whose sender crashed; then ask what became of those that were, if
    time allows. Bots' updates are looked after first, which takes next to nothing."""
    app = composition.app()
    app.subscriptions.keep()
    return app.sending.send_due(turn) + app.tracking.ask_due(turn)


@job(every=MINUTE)
def send_reminders(_event: dict[str, Any], turn: Turn) -> int:
    """Send reminders of confirmed bookings that start soon."""
    return composition.app().reminders.run(turn)


relay_outbox = relaying(lambda: composition.app().outbox_job)
