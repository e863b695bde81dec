"""Sends what is due before or after a moment of a visit, by the rules for that: reminders first of all."""

from collections.abc import Sequence
from uuid import UUID

from core.jobs import Batches, Turn
from core.observability import count
from notification.messages.queueing import Queueing
from notification.reminders.domain import verdicts
from notification.reminders.ports import SEND_REMINDERS, Work

BATCH = 100


class Reminders(Queueing[Work]):
    """Queues what time rules ask for and sends it; sending checks again that it is still true."""

    def run(self, turn: Turn) -> int:
        """Queue all that is due, then send what is queued, as far as time allows; returns the number of bookings."""
        with self._unit_of_work() as work:
            rules = [rule for rule in work.rules.all() if rule.moment and rule.active]

        def due(work: Work, limit: int) -> list[UUID]:
            return work.reminders.due(rules, self._clock.now(), limit)

        def queue(work: Work, ids: Sequence[UUID]) -> None:
            now = self._clock.now()
            found = [one for each in work.reminders.due_of(ids, rules, now) for one in verdicts(rules, each, now)]
            settled = work.reminders.settle(found)
            for verdict in settled:
                if verdict.passed_over:
                    count("RemindersPassedOver", reason=verdict.passed_over)
            self._queue(work, [verdict.delivery for verdict in settled if not verdict.passed_over])

        reminded = Batches(SEND_REMINDERS, self._unit_of_work, due, queue, BATCH).run(turn)
        if reminded:
            self._outgoing.send_due(turn)
        return reminded
