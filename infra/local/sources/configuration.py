"""What the process that feeds functions from queues is told."""

import json
from dataclasses import asdict, dataclass

from infra.local.machine.source import QueueSource


@dataclass(frozen=True)
class SourcesConfiguration:
    """Which queues feed which functions, and where both are reached."""

    sources: tuple[QueueSource, ...]
    aws_endpoint: str
    lambda_endpoint: str
    log_level: str

    def render(self) -> str:
        """As a command's argument."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "SourcesConfiguration":
        """What `render` made."""
        values = json.loads(text)
        return cls(**{**values, "sources": tuple(QueueSource(**each) for each in values["sources"])})
