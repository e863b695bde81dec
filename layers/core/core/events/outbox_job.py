"""The job of an outbox: relays every minute, purges every hour, replays on an operator's request."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Engine

from core.events.outbox import Outbox, Publisher
from core.events.outbox_replay import OutboxReplay, ReplayRequest
from core.jobs import HOUR, MINUTE, Job, Schedule, Turn
from core.observability import count, logger, seconds
from core.postgres.retention import Kept, Purge
from core.postgres.tables import DeliveryTables

TURNS: Schedule = {MINUTE: {}, HOUR: {"purge": True}}


class OutboxJob:
    """`{"replay": {"since", "until"?, "types"?}}` publishes again, `{"purge": true}` deletes what is too old; any other
    event, such as a schedule's, relays."""

    def __init__(
        self,
        engine: Engine,
        tables: DeliveryTables,
        publisher: Publisher,
        retention_days: float,
        kept: Sequence[Kept] = (),
    ) -> None:
        self._engine = engine
        self._outbox = Outbox(tables.outbox)
        self._publisher = publisher
        self._replay = OutboxReplay(engine, tables.outbox, publisher)
        self._purge = Purge(engine, tables, retention_days, kept)

    def run(self, event: dict[str, Any], enough_time: Callable[[], bool]) -> dict[str, int]:
        """The numbers of events or rows done."""
        if request := event.get("replay"):
            return self._again(ReplayRequest.model_validate(request), enough_time)
        if event.get("purge"):
            return self._purge.run(enough_time)
        published = self._outbox.relay(self._engine, self._publisher, enough_time)
        # New events come first.
        replayed = self._replay.publish(enough_time)
        self._measure()
        return {"published": published, "replayed": replayed}

    def _again(self, request: ReplayRequest, enough_time: Callable[[], bool]) -> dict[str, int]:
        marked = self._replay.mark(request, enough_time)
        logger.warning("Events are published once more", events=marked, request=request.model_dump(mode="json"))
        replayed = self._replay.publish(enough_time)
        count("EventsReplayed", replayed)
        return {"marked": marked, "replayed": replayed, "left": self._replay.left()}

    def _measure(self) -> None:
        with self._engine.connect() as connection:
            lag = self._outbox.lag_seconds(connection)
        # A metric is paid for while it is sent, and none means that nothing waits.
        if lag:
            seconds("OutboxLagSeconds", lag)


def relaying(outbox_job: Callable[[], OutboxJob]) -> Job:
    """A service's handler `relay_outbox`; its outbox job is looked up when it runs."""

    def relay_outbox(event: dict[str, Any], turn: Turn) -> dict[str, int]:
        return outbox_job().run(event, turn)

    return Job(relay_outbox, turns=TURNS)
