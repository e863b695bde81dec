"""What the booking service does by the clock."""

from typing import Any

from booking import wiring
from core.jobs import Turn, job
from core.observability import count

# A calendar of somebody else's may be long in coming.
FETCHING_MILLISECONDS = 60_000


@job(metric="HoldsExpired")
def expire_holds(_event: dict[str, Any], turn: Turn) -> int:
    """Free the slots whose hold ran out unpaid."""
    return wiring.bookings().expire_holds(turn)


@job()
def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, turn)


@job(metric="VisitsClosed")
def close_visits(_event: dict[str, Any], turn: Turn) -> int:
    """Complete the visits whose time is over, or note that nobody came, as the policy says."""
    return wiring.visits().close_ended(turn)


@job(metric="WaitlistOffered")
def offer_waitlist(_event: dict[str, Any], turn: Turn) -> int:
    """Hold time that became free for whoever waits for it, where that was not done when it became free."""
    return wiring.offers().offer_due(turn)


@job(spare_milliseconds=FETCHING_MILLISECONDS)
def refresh_calendars(_event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Fetch the external calendars whose time has come."""
    outcome = wiring.external_calendars().refresh_due(turn)
    if outcome.failed:
        count("ExternalCalendarsFailed", outcome.failed)
    return {"done": outcome.refreshed, "refused": outcome.failed}
