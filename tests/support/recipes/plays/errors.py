"""The error log behind its API, on the database of the environment, with a broker and a clock of its own."""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

from core.identity import Identity
from core.postgres.database import create_database
from integration import composition
from integration.app import api
from integration.settings import IntegrationSettings
from shared_schemas.common import Role
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.clock import NOW, FixedClock
from tests.support.database import RecordingPublisher, ServiceSettings
from tests.support.rest import Answer, call, rest_event
from tests.support.world import world

OPERATOR = Identity(str(uuid4()), Role.MANAGER)


class Errors:
    """The handlers of the process use its app, until the process ends."""

    def __init__(self) -> None:
        self.clock, self.broker = FixedClock(), RecordingPublisher()
        engine = create_database(ServiceSettings("integration", os.environ["DATABASE_URL"]))
        made = world("integration", IntegrationSettings, engine, self.broker, self.clock, connectors="telegram")
        self.app = composition.App(made)
        self._used = ExitStack()
        self._used.enter_context(composition.app.replaced(self.app))

    def happens(self, code: str, minutes: int = 0) -> str:
        """A failure is reported, so many minutes after the first; the id of its group."""
        data = ServiceError(service="booking", operation="sell", code=code, detail="too late")
        told = Envelope.wrap(
            data, time=NOW + timedelta(minutes=minutes), source="booking", correlation_id="f", causation_id=None
        )
        self.app.event_log.record(told)
        listed = self.asks("GET /v1/errors").body["data"]
        return next(str(group["id"]) for group in listed if group["code"] == code)

    def asks(self, route: str, body: Mapping[str, Any] | None = None, **path: str) -> Answer:
        sent = None if body is None else json.dumps(body)
        return call(api, rest_event(route, path=path, body=sent, identity=OPERATOR))
