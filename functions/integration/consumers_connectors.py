"""Each connector's function: it takes events from its queue and sends them at once; every minute it sends what is due.

They share nothing but the code, so a slow receiver holds up its own connector at most."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.events.consumer import Consumer, batch_consumer
from core.jobs import MINUTE, Job, Turn, enough_time
from integration import composition
from integration.connectors.registry import NAMES
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName

# What one attempt may take of a receiver that is slow but does answer.
SPARE_MILLISECONDS = 25_000


def delivering(name: ConnectorName) -> Consumer:
    """The handler of one connector, for its queue and for its schedule."""

    def send_due(_event: dict[str, Any], turn: Turn) -> dict[str, int]:
        dispatch = composition.app().dispatch
        return {"done": dispatch.send_due(name, turn), "forgotten": dispatch.tidy(name, turn)}

    by_the_clock = Job(send_due, spare_milliseconds=SPARE_MILLISECONDS)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if "Records" not in event:
            return by_the_clock(event, context)
        dispatch, taken = composition.app().dispatch, list[UUID]()

        def take(envelopes: Sequence[Envelope]) -> None:
            taken.extend(dispatch.take(name, *envelopes))

        answer = batch_consumer(take)(event, context)
        dispatch.send(name, taken, enough_time(context, SPARE_MILLISECONDS))
        return answer

    # Its event types are declared in its own folder, which only its own function imports.
    return Consumer(handler, frozenset(), {MINUTE: {}})


HANDLERS: dict[str, Consumer] = {name: delivering(name) for name in NAMES}
# The template names each handler by its connector: `integration.consumers_connectors.<name>`.
globals().update(HANDLERS)
