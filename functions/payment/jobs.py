"""What the payment service does by the clock."""

from typing import Any

from core.jobs import Turn, job
from payment import wiring
from shared_schemas.reconciliation import ReconciliationRequest


@job()
def poll_attempts(_event: dict[str, Any], turn: Turn) -> int:
    """Ask the gateways about attempts that are still open."""
    return wiring.polling().run(turn)


@job()
def poll_refunds(_event: dict[str, Any], turn: Turn) -> int:
    """Ask for refunds that did not get through, and after those that are under way."""
    return wiring.refunding().run(turn)


@job()
def poll_receipts(_event: dict[str, Any], turn: Turn) -> int:
    """Order settlement receipts that did not get through, and ask how registrations go."""
    return wiring.fiscal().run(turn)


@job()
def reconcile(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Compare the days that are over with the gateways' books; `detail` may name another time.

    What the gateway's word can repair is repaired, the rest is told to operators."""
    if wanted := event.get("detail"):
        runs = wiring.reconciliations().compare(ReconciliationRequest.model_validate(wanted), turn).data
    else:
        runs = wiring.reconciliations().compare_days(turn)
    return {"done": len(runs), "differences": sum(len(run.differences) for run in runs)}


@job()
def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Publish what could not be published right after its commit, forget what is old, or replay: see `OutboxJob`."""
    return wiring.outbox_job().run(event, turn)
