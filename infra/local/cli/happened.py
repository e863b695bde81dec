"""What happened in a system since a moment of its clock: by kind, with the numbers of the bookings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from infra.local.postgres.admin import execute

SHOWN = (
    "booking.created", "booking.confirmed", "booking.expired", "booking.cancelled", "booking.completed",
    "booking.no_show", "waitlist.offered", "booking_reminder", "notification.sent", "notification.failed",
    "payment.succeeded", "payment.failed", "payment.refunded", "receipt.payment", "receipt.settlement",
    "receipt.refund", "reconciled",
)  # fmt: skip
# A reminder is a message like others, and the one that time sends.
EVENTS = """
SELECT CASE WHEN e.envelope->'data'->>'template' = 'booking_reminder' AND e.type = 'notification.sent'
            THEN 'booking_reminder' ELSE e.type END AS kind,
       coalesce(b.number, '')
  FROM integration.events e LEFT JOIN booking.bookings b ON b.id = e.booking_id
 WHERE e.received_at >= :since
 ORDER BY e.time, e.id"""
RECEIPTS = """
SELECT 'receipt.' || r.kind, coalesce(b.number, '')
  FROM payment.receipts r LEFT JOIN booking.bookings b ON b.id = r.booking_id
 WHERE r.settled_at >= :since AND r.status = 'succeeded'
 ORDER BY r.settled_at, r.id"""
COMPARISONS = """
SELECT provider, jsonb_array_length(differences) FROM payment.reconciliations
 WHERE created_at >= :since ORDER BY created_at, id"""


@dataclass
class Kind:
    """So many of one kind; each of `numbers` once."""

    name: str
    count: int = 0
    numbers: list[str] = field(default_factory=list)

    def add(self, number: str) -> None:
        self.count += 1
        if number and number not in self.numbers:
            self.numbers.append(number)


@dataclass(frozen=True)
class Happened:
    """`shown` in the order of a booking's life; `others` counts all further types of events."""

    shown: list[Kind]
    others: dict[str, int]
    differences: int


def happened_since(url: str, since: datetime) -> Happened:
    """As the database of that administrator's URL has it."""
    kinds: dict[str, Kind] = {}
    differences = 0
    for name, number in _rows(url, since):
        kinds.setdefault(name, Kind(name)).add(number)
    for provider, found in execute(url, COMPARISONS, since=since):
        kinds.setdefault("reconciled", Kind("reconciled")).add(str(provider))
        differences += int(str(found))
    shown = [kinds.pop(name) for name in SHOWN if name in kinds]
    return Happened(shown, {name: kind.count for name, kind in sorted(kinds.items())}, differences)


def _rows(url: str, since: datetime) -> Iterator[tuple[str, str]]:
    for sql in (EVENTS, RECEIPTS):
        for name, number in execute(url, sql, since=since):
            yield str(name), str(number)
