"""The booking service as its API shows it, on the database of the environment."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

from booking.app import api
from core.events.broker import EventBridgePublisher
from core.identity import Identity
from shared_schemas.common import Role
from tests.support.database import RecordingPublisher
from tests.support.rest import Answer, call, rest_event

ADMIN = Identity(str(uuid4()), Role.ADMIN)
CLIENT = Identity(str(uuid4()), Role.CLIENT)
DAILY = [{"weekday": day, "opens": "09:00", "closes": "22:00"} for day in range(1, 8)]
NOON = (datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
TWO_HOURS = {"start": NOON.isoformat(), "end": (NOON + timedelta(hours=2)).isoformat()}
"""Of the day after today."""


class Desk:
    """A hall at 2000 roubles an hour; the broker is `broker`."""

    def __init__(self) -> None:
        self.broker = RecordingPublisher()
        with_hall = {"name": "Loft", "capacity": 5, "opening_hours": DAILY}
        patch.object(EventBridgePublisher, "publish", self.broker.publish).start()
        self.hall = str(self.asks("POST /v1/halls", with_hall, ADMIN)["id"])
        base = {"hall_id": self.hall, "name": "Base", "price_per_hour": {"amount": 200_000}}
        self.asks("POST /v1/tariffs", base, ADMIN)

    def asks(
        self, route: str, body: Mapping[str, Any] | None = None, who: Identity = CLIENT, **path: str
    ) -> dict[str, Any]:
        """What is answered, which is no refusal."""
        answer = self._answer(route, body, who, path)
        assert answer.status < 400, answer
        found: dict[str, Any] = answer.body
        return found

    def refused(self, route: str, body: Mapping[str, Any], who: Identity = CLIENT) -> dict[str, Any]:
        answer = self._answer(route, body, who, {})
        assert 400 <= answer.status < 500, answer
        found: dict[str, Any] = answer.body
        return found

    @staticmethod
    def _answer(route: str, body: Mapping[str, Any] | None, who: Identity, path: Mapping[str, str]) -> Answer:
        sent = None if body is None else json.dumps(body)
        return call(api, rest_event(route, path=path, body=sent, identity=who))
