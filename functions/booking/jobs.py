"""The booking service's scheduled jobs."""

from datetime import timedelta
from typing import Any

from booking import composition
from core.events.outbox_job import relaying
from core.jobs import MINUTE, Turn, job
from core.observability import count

# A calendar of somebody else's may be long in coming.
FETCHING_MILLISECONDS = 60_000
# A large photo on a machine that others keep busy.
PICTURE_MILLISECONDS = 30_000


@job(every=MINUTE, metric="HoldsExpired")
def expire_holds(_event: dict[str, Any], turn: Turn) -> int:
    """Free the slots whose hold expired unpaid."""
    return composition.app().bookings.expire_holds(turn)


relay_outbox = relaying(lambda: composition.app().outbox_job)


@job(every=MINUTE, metric="VisitsClosed")
def close_visits(_event: dict[str, Any], turn: Turn) -> int:
    """Complete the visits whose time is over, or record a no-show, as the policy says."""
    return composition.app().visits.close_ended(turn)


@job(every=MINUTE, metric="WaitlistOffered")
def offer_waitlist(_event: dict[str, Any], turn: Turn) -> int:
    """Offer free time to the waitlist, if that was not done when it became free."""
    return composition.app().offers.offer_due(turn)


@job(every=MINUTE, metric="PhotosPrepared", spare_milliseconds=PICTURE_MILLISECONDS)
def prepare_photos(_event: dict[str, Any], turn: Turn) -> int:
    """Look for uploaded photos, and make of them what is shown."""
    return composition.app().preparation.run(turn)


@job(every=timedelta(minutes=15), spare_milliseconds=FETCHING_MILLISECONDS)
def refresh_calendars(_event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Fetch the external calendars whose time has come."""
    outcome = composition.app().external_calendars.refresh_due(turn)
    if outcome.failed:
        count("ExternalCalendarsFailed", outcome.failed)
    return {"done": outcome.refreshed, "refused": outcome.failed}
