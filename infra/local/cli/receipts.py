"""What each subscriber has to show for the events that were published: the oldest event that one did not get."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.local.postgres.admin import execute
from infra.local.template.model import System

# The log is its own inbox. All others note in the inbox, under their own names, what they have taken in. One that
# notes nothing lacks nothing: it acts on what a gateway and its own books say, and polls make up for what is lost.
EVENT_LOG = "integration-event-log"

INBOX = "SELECT event_id AS id, received_at FROM {schema}.inbox WHERE subscriber = :name"
LOG = "SELECT id, received_at FROM integration.events WHERE :name <> ''"
# What was published before the subscriber came into being was never meant for it.
MISSING = """
WITH receipts AS MATERIALIZED ({receipts})
SELECT o.created_at, o.type FROM {outbox}.outbox o
 WHERE o.published_at IS NOT NULL AND (o.type = ANY(:wanted) OR :everything)
   AND o.created_at >= (SELECT min(received_at) - interval '1 hour' FROM receipts)
   AND NOT EXISTS (SELECT FROM receipts r WHERE r.id = o.event_id)
 ORDER BY o.created_at LIMIT 1
"""


@dataclass(frozen=True)
class Subscriber:
    """A queue's name without that of its bus, the service that reads it, and its types; none is all."""

    name: str
    service: str
    types: Sequence[str]


@dataclass(frozen=True)
class Missing:
    """The oldest published event that a subscriber has not taken in; `since` is when it was stored."""

    since: datetime
    type: str
    subscriber: str


def subscribers(system: System) -> Iterator[Subscriber]:
    """Those of the template that are on."""
    readers = {source.queue: system.functions[source.function].service for source in system.queue_sources}
    for rule in filter(lambda rule: rule.enabled, system.rules):
        for arn in rule.targets.values():
            queue = arn.rpartition(":")[2]
            types = rule.pattern.get("detail-type", ())
            yield Subscriber(queue.removeprefix(f"{rule.bus}-"), readers[queue], types)


def publishers(system: System) -> dict[str, str]:
    """The function that relays its outbox, by service."""
    return {f.service: name for name, f in system.functions.items() if f.handler.endswith(".jobs.relay_outbox")}


def oldest_missing(database_url: str, system: System) -> Missing | None:
    """None if everybody has got everything, as far as receipts tell."""
    found = [
        Missing(since, type_, subscriber.name)
        for subscriber in subscribers(system)
        for outbox in publishers(system)
        for since, type_ in _rows(database_url, subscriber, outbox)
    ]
    return min(found, key=lambda missing: missing.since, default=None)


def _rows(database_url: str, subscriber: Subscriber, outbox: str) -> list[tuple[Any, ...]]:
    receipts = LOG if subscriber.name == EVENT_LOG else INBOX.format(schema=subscriber.service)
    return execute(
        database_url,
        MISSING.format(receipts=receipts, outbox=outbox),
        name=subscriber.name,
        wanted=list(subscriber.types),
        everything=not subscriber.types,
    )
