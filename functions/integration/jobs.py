"""What the integration service does by the clock."""

from typing import Any

from core.jobs import Turn, job
from integration import wiring


@job()
def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, turn)


@job()
def keep_event_log(_event: dict[str, Any], _turn: Turn) -> dict[str, int]:
    """Room for the events of the months to come; those that are too old go."""
    return wiring.event_log().keep(wiring.settings().event_retention_months)


@job()
def run_replays(_event: dict[str, Any], turn: Turn) -> int:
    """Send once more what staff asked for; what does not get done now goes on at the next turn."""
    return wiring.replays().run(turn)


@job()
def rebuild_reports(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Add up the days that are not, and compute anew what reports are computed from, a turn at a time;
    `{"start": true}` begins from the beginning."""
    if event.get("start"):
        wiring.visits().start_rebuild()
    added_up = wiring.revenue_days().add_up(turn)
    return {"added_up": added_up, **wiring.visits().rebuild(turn)}
