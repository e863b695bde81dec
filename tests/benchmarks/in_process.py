"""The booking function's handler in this very process: what our code costs, without runtime and web server."""

import gc
import json
import os
import time
from collections.abc import Sequence
from typing import Any

from pg8000.converters import make_params
from sqlalchemy import Connection, event

from core.identity import Identity
from core.postgres.database import driver
from core.postgres.pipelining import numbered
from infra.local.machine.region import REGION
from shared_schemas.common import Role
from tests.benchmarks.load import Load, summary
from tests.benchmarks.requests import CUSTOMER, Following
from tests.support.rest import CONTEXT, rest_event

WARM_UP = 50
Statements = list[tuple[str, Sequence[str | None]]]


class Handler:
    """Imported against a running system's database and broker, as one execution environment would be."""

    def __init__(self, database_url: str, aws_endpoint: str) -> None:
        os.environ |= {"SERVICE": "booking", "DATABASE_URL": database_url, "AWS_ENDPOINT_URL": aws_endpoint}
        os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}
        from booking import composition
        from booking.app import app

        self._app = app
        self._engine = composition.app().world.engine

    def measure(self, following: Following, seconds: float) -> Load:
        """One request after the other, for `seconds`."""
        for _ in range(WARM_UP):
            self._send(_event(following))
        gc.collect()
        latencies = []
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            sent = _event(following)
            begin = time.perf_counter()
            status = self._send(sent)
            took = time.perf_counter() - begin
            latencies.append(took if status < 300 else -took)
        return summary([latencies], seconds)

    def statements(self, following: Following) -> Statements:
        """The SQL that a request leads to, with its values as they travel."""
        seen: Statements = []

        def note(connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            seen.append((numbered(statement), make_params(driver(connection).py_types, values)))

        event.listen(self._engine, "before_cursor_execute", note)
        self._send(_event(following))
        event.remove(self._engine, "before_cursor_execute", note)
        return seen

    def _send(self, sent: dict[str, Any]) -> int:
        return int(self._app(sent, CONTEXT)["statusCode"])


def _event(following: Following) -> dict[str, Any]:
    asked = following()
    return rest_event(
        asked.route,
        path=asked.path,
        query=asked.query,
        headers=asked.headers,
        body=json.dumps(asked.body) if asked.body else None,
        identity=Identity(CUSTOMER, Role.CLIENT),
    )
