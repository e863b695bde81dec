"""EventBridge as an event publisher that checks what the broker may silently accept."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from core.aws import aws_client
from core.observability import logger
from shared_schemas.events import Envelope

MAX_ENTRIES = 10
MAX_BYTES = 256 * 1024
ENTRY_OVERHEAD = 256


class EventBridgePublisher:
    """Publishes to one bus, at most 10 entries and 256 KB a request."""

    def __init__(self, bus: str) -> None:
        self._bus = bus

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        """The ids that EventBridge took; each refused entry is logged with its error code."""
        taken: set[UUID] = set()
        for batch in _batches(envelopes):
            client = aws_client("events", validate=False)
            answer = client.put_events(Entries=[self._entry(e, detail) for e, detail in batch])
            for (envelope, _), result in zip(batch, answer["Entries"], strict=True):
                if "EventId" in result:
                    taken.add(envelope.id)
                else:
                    logger.error("EventBridge refused an event", event_id=str(envelope.id), result=result)
        return taken

    def _entry(self, envelope: Envelope, detail: str) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": f"cyclorama.{envelope.source}",
            "DetailType": envelope.type,
            "Detail": detail,
            "Time": envelope.time,
        }


def _batches(envelopes: Sequence[Envelope]) -> Iterator[list[tuple[Envelope, str]]]:
    batch: list[tuple[Envelope, str]] = []
    size = 0
    for envelope in envelopes:
        detail = envelope.model_dump_json()
        length = len(detail.encode()) + ENTRY_OVERHEAD
        if length > MAX_BYTES:
            # Left untaken, it stays in the outbox and in the lag metric, and does not block the others.
            logger.error("An event is too large", event_id=str(envelope.id), bytes=length, limit=MAX_BYTES)
            continue
        if batch and (len(batch) == MAX_ENTRIES or size + length > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((envelope, detail))
        size += length
    if batch:
        yield batch
