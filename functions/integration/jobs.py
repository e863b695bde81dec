"""The integration service's scheduled jobs."""

from datetime import timedelta
from typing import Any

from core.events.outbox_job import relaying
from core.jobs import DAY, MINUTE, Turn, job
from integration import composition

relay_outbox = relaying(lambda: composition.app().outbox_job)


@job(every=DAY)
def keep_event_log(_event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Room for the events of the months to come; those that are too old go."""
    return composition.app().event_log.keep(composition.app().world.settings.event_retention_months, turn)


@job(every=MINUTE)
def run_replays(_event: dict[str, Any], turn: Turn) -> int:
    """Send again what staff asked for; what does not get done now goes on at the next turn."""
    return composition.app().replays.run(turn)


@job(every=MINUTE, also={timedelta(days=7): {"start": True}})
def rebuild_reports(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Add up the days that are not, and compute again what reports are computed from, a turn at a time;
    `{"start": true}` begins from the beginning."""
    if event.get("start"):
        composition.app().visits.start_rebuild()
    added_up = composition.app().revenue_days.add_up(turn)
    return {"added_up": added_up, **composition.app().visits.rebuild(turn)}
