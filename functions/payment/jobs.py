"""What the payment service does by the clock."""

from typing import Any

from core.context import flow
from payment import wiring
from shared_schemas.reconciliation import ReconciliationRequest

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


def reconcile(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Compare the days that are over with the gateways' books; `detail` may name another time.

    What the gateway's word can repair is repaired, the rest is told to operators."""

    def more() -> bool:
        return bool(context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)

    with flow():
        if wanted := event.get("detail"):
            runs = wiring.reconciliations().compare(ReconciliationRequest.model_validate(wanted), more).data
        else:
            runs = wiring.reconciliations().compare_days(more)
    return {"compared": len(runs), "differences": sum(len(run.differences) for run in runs)}


def relay_outbox(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, context)
