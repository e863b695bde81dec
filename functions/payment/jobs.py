"""What the payment service does by the clock."""

from typing import Any

from payment import wiring

# What one call with its repeats may take. What takes longer and is cut off goes on at its next turn.
SPARE_MILLISECONDS = 20_000


def poll_attempts(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Ask the gateways about attempts that are still open."""
    return {"asked": wiring.polling().run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)}


def poll_refunds(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Ask for refunds that did not get through, and after those that are under way."""
    return {"asked": wiring.refunding().run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)}


def poll_receipts(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Order settlement receipts that did not get through, and ask how registrations go."""
    return {"asked": wiring.fiscal().run(lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)}


def relay_outbox(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Publish what could not be published right after its commit."""
    return {"published": wiring.outbox.relay(wiring.engine(), wiring.publisher())}
