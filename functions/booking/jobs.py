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


def relay_outbox(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Publish what could not be published right after its commit."""
    return {"published": wiring.outbox.relay(wiring.engine(), wiring.publisher())}
