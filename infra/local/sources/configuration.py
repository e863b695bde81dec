"""What the process that feeds functions from queues is told."""

import json
from dataclasses import asdict, dataclass

from infra.local.machine.source import QueueSource

# What the longest function may take, and what it may wait for a free environment.
MARGIN_SECONDS = 30


@dataclass(frozen=True)
class SourcesConfiguration:
    """Which queues feed which functions, and where both are reached; `timeout` in seconds."""

    sources: tuple[QueueSource, ...]
    aws_endpoint: str
    lambda_endpoint: str
    timeout: float
    log_level: str

    def render(self) -> str:
        """As a command's argument."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "SourcesConfiguration":
        """What `render` made."""
        values = json.loads(text)
        return cls(**{**values, "sources": tuple(QueueSource(**each) for each in values["sources"])})
