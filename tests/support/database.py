"""What tests of the database share."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from shared_schemas.events.envelope import Envelope

SERVICES = ("gateway", "booking", "payment", "integration", "notification")
EngineFor = Callable[[str], Engine]


@dataclass(frozen=True)
class ServiceSettings:
    """The settings a connection needs."""

    service: str
    database_url: str
    database_iam_auth: bool = False


@dataclass
class RecordingPublisher:
    """A broker that takes everything and remembers it; with `down` it raises instead. `sizes` are those of requests."""

    taken: list[Envelope] = field(default_factory=list)
    down: bool = False
    sizes: list[int] = field(default_factory=list)

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        if self.down:
            raise ConnectionError("the broker is down")
        self.taken += envelopes
        self.sizes.append(len(envelopes))
        return {envelope.id for envelope in envelopes}


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def plain_engine(url: URL, **options: Any) -> Engine:
    """Connections to a server of the tests, without the TLS context that pg8000 else makes for each, in 40 ms."""
    return create_engine(url.set(drivername="postgresql+pg8000"), connect_args={"ssl_context": False}, **options)


def administer(server: URL, statement: str) -> None:
    """Run a statement as the server's administrator, outside any transaction."""
    engine = plain_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def somebody_waits(engine: Engine) -> bool:
    """Whether anybody in this database waits for a lock."""
    waiting = text(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
    )
    with engine.connect() as connection:
        return bool(connection.execute(waiting).scalar_one())
