"""The payment service's scheduled jobs."""

from datetime import timedelta
from typing import Any

from core.events.outbox_job import relaying
from core.jobs import HOUR, MINUTE, Turn, job
from payment import composition
from shared_schemas.payment.books import ReconciliationRequest


@job(every=MINUTE)
def poll_attempts(_event: dict[str, Any], turn: Turn) -> int:
    """Ask the gateways about attempts that are still open."""
    return composition.app().polling.run(turn)


@job(every=MINUTE)
def poll_refunds(_event: dict[str, Any], turn: Turn) -> int:
    """Ask for refunds that did not get through, and after those that are in progress."""
    return composition.app().refunding.run(turn)


@job(every=timedelta(minutes=5))
def poll_receipts(_event: dict[str, Any], turn: Turn) -> int:
    """Order settlement receipts that did not get through, and ask how registrations go."""
    return composition.app().fiscal.run(turn)


@job(every=HOUR)
def reconcile(event: dict[str, Any], turn: Turn) -> dict[str, int]:
    """Compare the days that are over with the gateways' books; `detail` may name another time.

    Repairs what the gateway's answer can repair, and reports the rest to staff."""
    if wanted := event.get("detail"):
        runs = composition.app().reconciliations.compare(ReconciliationRequest.model_validate(wanted), turn).data
    else:
        runs = composition.app().reconciliations.compare_days(turn)
    return {"done": len(runs), "differences": sum(len(run.differences) for run in runs)}


relay_outbox = relaying(lambda: composition.app().outbox_job)
