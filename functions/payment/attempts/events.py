"""Emits events about a payment."""

from collections.abc import Sequence

from core.context import current_flow, flow
from core.ports import Transaction
from payment.attempts.domain import Attempt
from shared_schemas.events.envelope import EventData


def emit(work: Transaction, attempt: Attempt, events: Sequence[EventData]) -> None:
    """They belong to the booking's flow, whichever request or job caused them."""
    with flow(attempt.correlation_id, current_flow().causation_id):
        for event in events:
            work.emit(event)
