"""What went wrong, as tests drive it: the error log and dead letters on a real database."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from core.identity import Identity
from integration.composition import App, Outside
from integration.errors import BrokerUnavailableError
from integration.failures.domain import Letter, envelope_in
from integration.settings import IntegrationSettings
from shared_schemas.common import Role
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.integration.failures import DeadLettersQuery, ErrorGroup, ErrorsQuery
from tests.support.booking.made import NOW, FixedClock
from tests.support.database import RecordingPublisher
from tests.support.samples import sample
from tests.support.world import world

OPERATOR = Identity(str(uuid4()), Role.MANAGER)
QUEUE = "payment-refunds"


class FakeQueues:
    """The broker's queues; `refuses` are bodies that it does not take, and `down` is all of it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refuses: set[str] = set()
        self.down = False

    def names(self) -> list[str]:
        return [QUEUE, "integration-event-log"]

    def depths(self) -> dict[str, tuple[int, int]]:
        return {QUEUE: (1, 0), "integration-event-log": (0, 2)}

    def redrive(self, name: str, bodies: Any) -> list[bool]:  # noqa: ARG002 - one queue is like another
        if self.down:
            raise BrokerUnavailableError
        taken = [body not in self.refuses for body in bodies]
        self.sent += [body for body, took in zip(bodies, taken, strict=True) if took]
        return taken


class Infirmary:
    """The error log and the dead letters of a system."""

    def __init__(self, engine: Engine) -> None:
        self.clock, self.broker, self.queues = FixedClock(), RecordingPublisher(), FakeQueues()
        made_from = world("integration", IntegrationSettings, engine, self.broker, self.clock)
        self.app = App(made_from, Outside(queues=lambda _: self.queues))
        self.unit_of_work, self.log = self.app.unit_of_work, self.app.event_log
        self.errors, self.letters = self.app.error_log, self.app.dead_letters

    def fails(self, code: str, minutes: int = 0, flow: str = "a-flow", service: Any = "integration") -> Envelope:
        """A service reports a failure that happened then."""
        data = ServiceError(service=service, operation="confirm_booking", code=code, detail=f"at {minutes}")
        time = NOW + timedelta(minutes=minutes)
        told = Envelope.wrap(data, time=time, source=service, correlation_id=flow, causation_id=None)
        self.log.record(told)
        return told

    def group(self, code: str) -> ErrorGroup:
        (found,) = [group for group in self.listed() if group.code == code]
        return found

    def listed(self, **query: Any) -> list[ErrorGroup]:
        return self.errors.page(ErrorsQuery.model_validate({"limit": 200} | query)).data

    def collect(
        self, body: str | None = None, message_id: str | None = None, queue: str = QUEUE, **said: Any
    ) -> Letter:
        """A queue gives a message up; `said` is what its subscriber told of it."""
        self.clock.advance(seconds=1)
        text = body if body is not None else message()
        letter = Letter(
            uuid4(), queue, message_id or str(uuid4()), text, NOW, self.clock.now(), envelope_in(text), **said
        )
        self.letters.collect(letter)
        return letter

    def waiting(self, queue: str = QUEUE) -> list[str]:
        """Message ids of the letters that wait, the newest first."""
        return [str(letter.id) for letter in self.letters.page(queue, DeadLettersQuery()).data]

    def told(self) -> list[ServiceError]:
        payloads = [envelope.payload() for envelope in self.broker.taken]
        return [payload for payload in payloads if isinstance(payload, ServiceError)]


def message(**changes: Any) -> str:
    """What EventBridge put into the queue."""
    whole = json.loads(sample("sqs_payment_succeeded")["Records"][0]["body"])
    whole["detail"] |= {"id": str(uuid4())} | changes
    return json.dumps(whole)
