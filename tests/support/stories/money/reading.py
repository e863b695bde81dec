"""Everybody's books, read from the running system: the sandbox by its operator's API, ours from the database."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from infra.local.client import Client
from payment.ledger.repository import LedgerRepository
from payment.refunds.domain.refund import OUTSIDE
from tests.support.payment.ledger import all_differences
from tests.support.stories.money.books import (
    AtGateway,
    Books,
    Entry,
    GivenBack,
    OurBooking,
    OurPayment,
    OurRefund,
    Told,
)
from tests.support.system.whole import System

SCHEMAS = ("booking", "payment", "integration", "notification", "gateway")
PAYMENTS = """
SELECT p.id, p.booking_id, a.id AS attempt_id, p.status, p.reason
  FROM payment.payments p JOIN payment.attempts a ON a.payment_id = p.id"""
BOOKINGS = """
SELECT id, status, total, prepayment, paid, refund_due, details->'terms'->'refund_tiers' AS tiers,
       lower(during) AS start
  FROM booking.bookings"""
TRANSITIONS = (
    "SELECT booking_id, action, actor, from_status, at, after FROM booking.transitions ORDER BY booking_id, version"
)
OUTBOX = """
SELECT event_id, type, published_at IS NOT NULL AS published,
       coalesce(envelope->'data'->>'refund_id', envelope->'data'->>'payment_id') AS of,
       envelope->'data'->'amount'->>'amount' AS amount
  FROM {}.outbox"""
# Who confirms when money came.
BY_MONEY = ("integration", "system")
MONEY_EVENTS = ("payment.succeeded", "payment.refunded")


def sandbox_payments(system: System) -> Iterator[dict[str, Any]]:
    """Every payment at every gateway, newest first."""
    sandbox, before = Client(system.endpoints.sandbox_url), ""
    while True:
        page = sandbox.get(f"/_sandbox/payments{before}")
        yield from page["data"]
        if page["next_before"] is None:
            return
        before = f"?before={page['next_before']}"


def read_books(system: System) -> Books:
    """All of it; nothing should be moving meanwhile."""
    gateways = [at_gateway(document) for document in sandbox_payments(system)]
    with system.database() as engine, engine.connect() as connection:
        return Books(
            gateways=gateways,
            payments=[_payment(row) for row in connection.execute(text(PAYMENTS))],
            refunds=[_refund(row) for row in connection.execute(text("SELECT * FROM payment.refunds"))],
            ledger=[_entry(row) for row in connection.execute(text("SELECT * FROM payment.ledger ORDER BY id"))],
            bookings=list(_bookings(connection)),
            told=[event for schema in SCHEMAS for event in _told(connection, schema)],
            logged=frozenset(str(i) for i in connection.execute(text("SELECT id FROM integration.events")).scalars()),
            differences=[str(difference) for difference in all_differences(LedgerRepository(connection))],
        )


def at_gateway(document: Mapping[str, Any]) -> AtGateway:
    """A payment as the gateway's own books have it.

    What was taken shrinks there when a part is given back before settlement, which is no refund in its
    words."""
    captured, reversed_ = document["captured_at"] is not None, document["reversed"]
    whole = document["status"] == "canceled"
    taken = (reversed_ if whole else document["amount"] + reversed_) if captured else 0
    given = [GivenBack(reversed_)] if captured and reversed_ else []
    given += [
        GivenBack(refund["amount"], refund["key"] or refund["metadata"].get("refund_id"))
        for refund in document["refunds"]
        if refund["status"] == "succeeded"
    ]
    return AtGateway(document["id"], document["provider"], _attempt_id(document), taken, tuple(given))


def _attempt_id(document: Mapping[str, Any]) -> str | None:
    """Our number of it: in the metadata or, of 32 letters or 36, the order's."""
    number = document["metadata"].get("attempt_id") or document["order_number"]
    return str(UUID(number)) if number else None


def _payment(row: Row[Any]) -> OurPayment:
    return OurPayment(str(row.id), str(row.booking_id), str(row.attempt_id), row.status, row.reason)


def _refund(row: Row[Any]) -> OurRefund:
    by_staff = row.requested_by != "system" or row.reason == OUTSIDE
    return OurRefund(str(row.id), str(row.payment_id), str(row.booking_id), row.status, row.amount, by_staff)


def _entry(row: Row[Any]) -> Entry:
    refund_id = str(row.refund_id) if row.refund_id else None
    return Entry(str(row.booking_id), str(row.payment_id), refund_id, row.amount)


def _bookings(connection: Connection) -> Iterator[OurBooking]:
    steps: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for step in connection.execute(text(TRANSITIONS)):
        steps[step.booking_id].append(step)
    for row in connection.execute(text(BOOKINGS)):
        may_keep = _may_keep(steps[row.id], row.tiers, row.start)
        least = min(_asked_first(steps[row.id]), row.prepayment)
        yield OurBooking(str(row.id), row.status, least, row.paid, row.refund_due, may_keep, row.total)


def _asked_first(steps: Sequence[Row[Any]]) -> int:
    """The prepayment that confirmed the booking; nothing where staff vouched for it, or undid its cancellation."""
    asked = 0
    if any(step.action == "undo" and step.from_status == "cancelled" for step in steps):
        return 0
    for step in steps:
        asked = step.after.get("prepayment", {"amount": asked})["amount"]
        if step.action == "confirm":
            return asked if step.actor in BY_MONEY else 0
    return asked


def _may_keep(steps: Sequence[Row[Any]], tiers: Sequence[Mapping[str, int]], start: datetime) -> int | None:
    """What the terms left to the studio when the booking was last called off, of what it had then; a part of a kopeck
    goes to the client."""
    paid = due = 0
    may_keep: int | None = None
    for step in steps:
        if step.action == "cancel":
            may_keep = (paid - due) * (100 - _percent(step, tiers, start)) // 100
        elif step.action == "undo":
            may_keep = None
        paid = step.after.get("paid", {"amount": paid})["amount"]
        due = step.after.get("refund_due", {"amount": due})["amount"]
    return may_keep


def _percent(step: Row[Any], tiers: Sequence[Mapping[str, int]], start: datetime) -> int:
    if step.from_status == "pending":
        return 100
    notice = (start - step.at.astimezone(UTC)).total_seconds() / 3600
    reached = [tier for tier in tiers if notice >= tier["hours_before"]]
    return max(reached, key=lambda tier: tier["hours_before"])["percent"] if reached else 0


def _told(connection: Connection, schema: str) -> Iterator[Told]:
    for row in connection.execute(text(OUTBOX.format(schema))):
        of = row.of if row.type in MONEY_EVENTS else None
        yield Told(str(row.event_id), row.type, of, int(row.amount or 0) if of else 0, row.published)
