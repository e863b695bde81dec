"""A request as both event formats need it, free of the web server's types."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4


@dataclass(frozen=True)
class Request:
    """`path` and `query` are as sent, still percent-encoded; headers keep their order and case. A body that
    is `too_large` was not read."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    port: int
    protocol: str = "HTTP/1.1"
    too_large: bool = False
    request_id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    """By the system's clock."""

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        wanted = name.lower()
        return next((value for key, value in reversed(self.headers) if key.lower() == wanted), None)

    @property
    def epoch_ms(self) -> int:
        return int(self.time.timestamp() * 1000)

    @property
    def clf_time(self) -> str:
        """The time as API Gateway writes it: 09/Apr/2015:12:34:56 +0000."""
        return self.time.strftime("%d/%b/%Y:%H:%M:%S +0000")


@dataclass(frozen=True)
class Response:
    """What goes back to the client."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
