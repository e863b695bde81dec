"""The end of a delivery test: operators do what is theirs, until nothing is left to do; or what is left is named."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from tests.support.stories.delivery.broker import NEWS_OF_MAIL_DEAD, Broker
from tests.support.stories.delivery.projections import lacking
from tests.support.stories.money.end import End
from tests.support.stories.money.people import Stage

MORE_OPEN = {
    "message": "SELECT id, template, status FROM notification.notifications WHERE next_attempt_at IS NOT NULL",
    # Who takes nothing is asked by the job alone, one at a time; each delivery must have been tried there once.
    "delivery to somebody who takes it": """
SELECT d.connector, d.event_type, d.error FROM integration.deliveries d
  LEFT JOIN integration.webhook_subscriptions s ON s.id::text = d.target
 WHERE d.status = 'waiting' AND (d.error IS NULL OR coalesce(s.url, '') NOT LIKE '%/hooks/broken')""",
    "replay": "SELECT id, status FROM integration.replays WHERE next_attempt_at IS NOT NULL",
}
POISON = "SELECT id, queue FROM integration.dead_letters WHERE status = 'waiting' AND body LIKE 'poison %'"
# By name: a poison that comes in between must not be sent again with the others.
CURABLE = """
SELECT queue, array_agg(id) FROM integration.dead_letters
 WHERE status = 'waiting' AND body NOT LIKE 'poison %' GROUP BY queue"""
# What dies so often has more against it than the faults, which are over.
MOST_REDRIVES = 4


class DeliveryEnd(End):
    """As the money's end, and nobody gives up what only a fault killed."""

    # What SES tells names addresses: an operator redrives it by hand, and nothing is told or sold by it.
    not_waited_for = (NEWS_OF_MAIL_DEAD,)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._broker = Broker(stage.system)
        self._redriven: Counter[str] = Counter()

    def come(self) -> None:
        """Once more where the broker lost what was on its way to it just when it died."""
        super().come()
        if missing := lacking(self._stage.system):
            self._stage.journal.note("replayed at the end", str(missing))
            self._broker.replay()
            super().come()

    def _redrive(self) -> None:
        self._discard_poison()
        with self._stage.engine.connect() as connection:
            found = {queue: list(map(str, ids)) for queue, ids in connection.execute(text(CURABLE))}
        for queue, ids in found.items():
            if self._redriven[queue] < MOST_REDRIVES:
                self._redriven[queue] += 1
                handled = self._stage.manager.post(f"/v1/dead-letters/{queue}/redrive", {"ids": ids})["handled"]
                self._stage.journal.note("dead letters redriven", queue, handled)

    def _discard_poison(self) -> None:
        """Staff see it in the list, and give it up."""
        with self._stage.engine.connect() as connection:
            found = list(connection.execute(text(POISON)))
        for letter in found:
            path = f"/v1/dead-letters/{letter.queue}"
            shown: list[dict[str, Any]] = self._stage.manager.get(f"{path}?limit=100")["data"]
            assert str(letter.id) in {one["id"] for one in shown}, f"{letter} is not in the list of {letter.queue}"
            body = {"ids": [str(letter.id)], "reason": "made by a test"}
            handled = self._stage.manager.post(f"{path}/discard", body)["handled"]
            self._stage.journal.note("poison given up", letter.queue, handled)

    def _open(self) -> Iterator[str]:
        yield from super()._open()
        with self._stage.engine.connect() as connection:
            for what, query in MORE_OPEN.items():
                yield from (f"{what} {tuple(map(str, row))}" for row in connection.execute(text(query)))
