"""What the booking service does by the clock."""

from typing import Any

from booking import wiring
from core.context import flow
from core.observability import count, logger


def expire_holds(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Free the slots whose hold ran out unpaid."""
    with flow():
        expired = wiring.bookings().expire_holds()
        if expired:
            logger.info("Holds expired", bookings=expired)
            count("HoldsExpired", expired)
        return {"expired": expired}


def relay_outbox(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, context)


def close_visits(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Complete the visits whose time is over, or note that nobody came, as the policy says."""
    with flow():
        closed = wiring.visits().close_ended()
        if closed:
            logger.info("Visits closed", bookings=closed)
            count("VisitsClosed", closed)
        return {"closed": closed}


def offer_waitlist(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Hold time that became free for whoever waits for it, where that was not done when it became free."""
    with flow():
        offered = wiring.offers().offer_due()
        if offered:
            logger.info("Slots offered", entries=offered)
            count("WaitlistOffered", offered)
        return {"offered": offered}


def refresh_calendars(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Fetch the external calendars whose time has come."""
    with flow():
        outcome = wiring.external_calendars().refresh_due()
        if outcome.failed:
            count("ExternalCalendarsFailed", outcome.failed)
        return {"refreshed": outcome.refreshed, "failed": outcome.failed}
