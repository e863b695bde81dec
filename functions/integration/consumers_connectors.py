"""Each connector's function: it takes events from its queue and sends them at once; every minute it sends what is due.

They share nothing but the code, so a slow receiver holds up its own connector at most."""

from typing import Any
from uuid import UUID

from core.consumer import Handler, consumer
from core.jobs import Job, Turn
from integration import wiring
from shared_schemas.connectors import ConnectorName
from shared_schemas.events import Envelope

# What one attempt may take of a receiver that is slow but does answer.
SPARE_MILLISECONDS = 25_000


def delivering(name: ConnectorName) -> Handler:
    """The handler of one connector, for its queue and for its schedule."""

    def send_due(_event: dict[str, Any], turn: Turn) -> dict[str, int]:
        return {"done": wiring.dispatch().send_due(name, turn), "forgotten": wiring.dispatch().tidy(name, turn)}

    by_the_clock = Job(send_due, spare_milliseconds=SPARE_MILLISECONDS)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if "Records" not in event:
            return by_the_clock(event, context)

        def enough_time() -> bool:
            return bool(context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)

        dispatch, taken = wiring.dispatch(), list[UUID]()

        def take(envelope: Envelope) -> None:
            taken.extend(dispatch.take(name, envelope))

        answer = consumer(take)(event, context)
        dispatch.send(name, taken, enough_time)
        return answer

    return handler


webhooks = delivering("webhooks")
bitrix24 = delivering("bitrix24")
amocrm = delivering("amocrm")
telegram = delivering("telegram")
