"""An event publisher for EventBridge that also checks what the broker would silently accept."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from core.aws import calls
from core.observability import logger
from shared_schemas.events.envelope import Envelope, UnknownEventError

MAX_ENTRIES = 10
MAX_BYTES = 256 * 1024
# The other fields of an entry, and the envelope in which EventBridge puts an event into a queue.
ENTRY_OVERHEAD = 512


class EventBridgePublisher:
    """Publishes to one bus, at most 10 entries and 256 KB a request."""

    def __init__(self, bus: str) -> None:
        self._bus = bus
        self._found_bus = False

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        """The ids that EventBridge took; each refused entry is logged with its error code."""
        taken: set[UUID] = set()
        service = calls.json_service("events")
        for batch in batches(envelopes):
            self._require_bus(service)
            answer = service.call("PutEvents", {"Entries": [self._entry(e, detail) for e, detail in batch]})
            for (envelope, _), result in zip(batch, answer["Entries"], strict=True):
                if "EventId" in result:
                    taken.add(envelope.id)
                else:
                    logger.error("EventBridge refused an event", event_id=str(envelope.id), result=result)
        return taken

    def _require_bus(self, service: calls.JsonService) -> None:
        """Raise if there is no such bus: EventBridge would accept the events and lose them."""
        if not self._found_bus:
            service.call("DescribeEventBus", {"Name": self._bus})
            self._found_bus = True

    def _entry(self, envelope: Envelope, detail: str) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": f"cyclorama.{envelope.source}",
            "DetailType": envelope.type,
            "Detail": detail,
            "Time": envelope.time.timestamp(),
        }


def batches(envelopes: Sequence[Envelope]) -> Iterator[list[tuple[Envelope, str]]]:
    """Events with their texts, in batches that a request to EventBridge or SQS may hold; malformed events are left
    out."""
    batch: list[tuple[Envelope, str]] = []
    size = 0
    for envelope in envelopes:
        if (detail := _detail(envelope)) is None:
            continue
        length = _length(detail)
        if batch and (len(batch) == MAX_ENTRIES or size + length > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((envelope, detail))
        size += length
    if batch:
        yield batch


def _detail(envelope: Envelope) -> str | None:
    """What to send; None for an event that no subscriber could read. It stays in the outbox, shows in the lag metric,
    and does not block the others."""
    try:
        detail = envelope.model_dump_json(warnings="error")
        Envelope.model_validate_json(detail).payload()
    except UnknownEventError:
        # Stored by a newer release; its subscribers know it.
        pass
    except ValueError as error:
        logger.error("An event is malformed", event_id=str(envelope.id), error=str(error))
        return None
    if (length := _length(detail)) > MAX_BYTES:
        logger.error("An event is too large", event_id=str(envelope.id), bytes=length, limit=MAX_BYTES)
        return None
    return detail


def _length(detail: str) -> int:
    return len(detail.encode()) + ENTRY_OVERHEAD
