"""The toy: a line for each booking."""

from collections.abc import Sequence
from typing import cast

from core.secrets import resolve
from core.settings import load_settings
from integration.connectors.calls import JsonCalls, refusal
from integration.connectors.registry import World
from integration.connectors.turns import Turns
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.ports import DeliveryWork
from shared_schemas.errors import Text
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName

from .settings import ToySettings

LABEL = Text("Toy", "Игрушка")
TAKES = frozenset({"booking.cancelled", "booking.created"})


class Toy:
    name = cast(ConnectorName, "toy")
    patience = Patience()

    def __init__(self, settings: ToySettings, calls: JsonCalls) -> None:
        self._settings = settings
        self._calls = calls

    def targets(self, work: DeliveryWork, envelope: Envelope) -> Sequence[Target]:  # noqa: ARG002 - there is one
        return [Target()] if envelope.type in TAKES else []

    def send(self, parcel: Parcel) -> int:
        headers = {"Authorization": resolve(self._settings.toy_token)}
        line = {"id": str(parcel.id), "about": parcel.envelope.type}
        answer = self._calls.call("POST", f"{self._settings.toy_base_url}/lines", headers, line)
        if answer.status != 201:
            raise refusal(answer, f"toy_{answer.status}")
        return answer.status

    def settle(self, work: DeliveryWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """Nothing more to it."""


def configured(world: World[DeliveryWork]) -> Toy | None:
    settings = load_settings(ToySettings)
    if not settings.toy_token:
        return None
    return Toy(settings, JsonCalls(Turns(world.unit_of_work, Toy.name, interval=0)))
