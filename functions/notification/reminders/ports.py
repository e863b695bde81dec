"""What the time rules need; `repository.py` provides it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from notification.messages.ports import Queue
from notification.reminders.domain import Due, Verdict
from notification.rules.ports import Rules
from shared_schemas.messages.rules import MessageRule

SEND_REMINDERS = "send_reminders"
"""The job that has a queue."""


class Reminders(Protocol):
    def due(self, rules: Sequence[MessageRule], now: datetime, limit: int) -> list[UUID]:
        """Bookings for which one of these rules is due, locked. Those locked by another worker or put off are
        skipped."""

    def due_of(self, booking_ids: Sequence[UUID], rules: Sequence[MessageRule], now: datetime) -> list[Due]:
        """The same with the rules that are due for each."""

    def settle(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """These are not due any more; returns those that nobody else has settled."""


class Work(Queue, Protocol):
    """A transaction that reminds."""

    @property
    def rules(self) -> Rules: ...
    @property
    def reminders(self) -> Reminders: ...
