"""What the integration service does by the clock."""

from typing import Any

from integration import wiring

# What one batch of a replay may take of a broker that is slow but does answer.
SPARE_MILLISECONDS = 20_000


def relay_outbox(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, context)


def keep_event_log(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Room for the events of the months to come; those that are too old go."""
    return wiring.event_log().keep(wiring.settings().event_retention_months)


def run_replays(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Send once more what staff asked for; what does not get done now goes on at the next turn."""
    return {"sent": wiring.replays().run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)}


def rebuild_reports(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Compute anew what reports are computed from, a turn at a time; `{"start": true}` begins from the beginning."""
    if event.get("start"):
        wiring.visits().start_rebuild()
    return wiring.visits().rebuild(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)
