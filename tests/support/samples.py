"""The sample events in `events/`, as handlers receive them."""

import json
from pathlib import Path
from typing import Any

from shared_schemas.events.envelope import Envelope

EVENTS = Path(__file__).parents[2] / "events"


def sample(name: str) -> dict[str, Any]:
    """A sample by its file's name without the extension."""
    document: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return document


def envelope(name: str) -> Envelope:
    """The event in an EventBridge sample, or in the only record of an SQS one."""
    document = sample(name)
    if "Records" in document:
        document = json.loads(document["Records"][0]["body"])
    return Envelope.model_validate(document["detail"])
