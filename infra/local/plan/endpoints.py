"""Where the running system answers: `<state>/endpoints.json`, for the demo, the seed and tests."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from infra.clock import SharedClock
from infra.local.machine.errors import LocalError
from infra.local.machine.ports import HOST, Ports

FILE_NAME = "endpoints.json"


@dataclass(frozen=True)
class Endpoints:
    """Base URLs without a trailing slash. `pid` is the supervisor's."""

    pid: int
    api_url: str
    sandbox_url: str
    aws_endpoint: str
    lambda_endpoint: str
    database_url: str
    service_urls: dict[str, str] = field(default_factory=dict)
    clock: str = ""
    """The file of the system's clock."""

    def now(self) -> datetime:
        """What time it is there."""
        return SharedClock(Path(self.clock)).now()

    @classmethod
    def load(cls, state: str | Path) -> "Endpoints":
        """The endpoints of the system that runs on that state directory."""
        path = Path(state) / FILE_NAME
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise LocalError(f"Cyclorama is not running on {state}: start it with `make run`") from None

    def save(self, state: Path) -> None:
        """Written whole or not at all; only its owner may read it, as it holds the database's password."""
        temporary = state / f"{FILE_NAME}.new"
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        temporary.replace(state / FILE_NAME)


def build_endpoints(pid: int, ports: Ports, aws_endpoint: str, database_url: str, clock: str = "") -> Endpoints:
    """The endpoints that follow from the ports."""
    return Endpoints(
        pid=pid,
        api_url=f"http://{HOST}:{ports.gateway}",
        sandbox_url=f"http://{HOST}:{ports.sandbox}",
        aws_endpoint=aws_endpoint,
        lambda_endpoint=f"http://{HOST}:{ports.invoke}",
        database_url=database_url,
        service_urls={name: f"http://{HOST}:{port}" for name, port in ports.services.items()},
        clock=clock,
    )
