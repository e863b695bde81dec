"""What the gateway does by the clock."""

from typing import Any

from gateway import wiring


def relay_outbox(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Publish what could not be published right after its commit."""
    return {"published": wiring.outbox.relay(wiring.engine(), wiring.publisher())}
