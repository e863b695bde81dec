"""What every chapter of the staff's day has: a call of the whole API, which is noted, and a visit to do it with."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from shared_schemas.common import Role
from tests.support.clock import FixedClock
from tests.support.database import EngineFor
from tests.support.payment.gateways import FakeGateway
from tests.support.system.hostile import DOCUMENT
from tests.support.system.whole_api import PEOPLE, WholeApi, bearer

WRITTEN = "Anna Petrova is ill"
PHONE, MAIL, PASSWORD = "+79035550177", "written.person@example.com", "nobody guesses this one"
SECRETS = (WRITTEN, PHONE, MAIL, PASSWORD)
"""What people write on that day; no line of the trail may have any of it."""
ME = {"admin": str(PEOPLE[Role.ADMIN]), "client": str(PEOPLE[Role.CLIENT])}
WHY = {"reason": WRITTEN}


@dataclass
class Done:
    """One call: which operation, who, and what it answered."""

    operation: str
    answer: Any


@dataclass
class Chapter:
    """`clock` is that of Booking; `done` is told of each call, at once."""

    api: WholeApi
    engine_for: EngineFor
    clock: FixedClock
    gateway: FakeGateway
    done: Callable[[Done], None]
    start: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)

    def do(self, route: str, body: Any = None, caller: str = "admin", **path: Any) -> Any:
        """`AssertionError` with the answer if it is refused."""
        method, template = route.split()
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self.api.request(method, template.format(**path), "", bearer(caller), sent)
        if answer.status >= 300:
            raise AssertionError(f"{route}: {answer.status} {answer.body.decode()}")
        found = json.loads(answer.body or b"null")
        self.done(Done(DOCUMENT["paths"][template][method.lower()]["operationId"], found))
        return found

    def sql(self, service: str, statement: str, **values: Any) -> None:
        """What no route does by itself, such as a failure."""
        with self.engine_for(service).begin() as connection:
            connection.execute(text(statement), values)

    def book(self, hall: str, days: int) -> Any:
        order = {"hall_id": hall, "customer_id": ME["client"], "comment": WRITTEN, **self.span(days)}
        return self.do("POST /v1/bookings", order)["id"]

    def span(self, days: int) -> dict[str, str]:
        start = self.start + timedelta(days=days)
        return {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
