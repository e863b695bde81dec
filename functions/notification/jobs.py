"""What the notification service does by the clock."""

from collections.abc import Callable
from typing import Any

from notification import wiring

# What one attempt takes at most, but for a mail service that times out again and again.
SPARE_MILLISECONDS = 20_000


def send_pending(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Try the messages again that did not leave, and those whose sender died."""
    return {"attempts": wiring.sending().send_due(_enough_time(context))}


def send_reminders(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Remind of confirmed bookings that start soon."""
    return {"bookings": wiring.reminders().run(_enough_time(context))}


def relay_outbox(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, context)


def _enough_time(context: Any) -> Callable[[], bool]:
    return lambda: bool(context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
