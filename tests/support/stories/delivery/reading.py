"""What the services stored, read from the running system's database and broker."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from integration.visits.repository import VisitRepository
from shared_schemas.events.envelope import Envelope
from tests.support.stories.delivery.broker import Broker
from tests.support.stories.delivery.facts import Facts, Known, Letter, Note
from tests.support.stories.delivery.projections import EVENTS, lacking
from tests.support.stories.delivery.receivers import Receivers
from tests.support.system.whole import System

TOLD = f"SELECT envelope FROM ({EVENTS}) e"  # noqa: S608
UNPUBLISHED = f"SELECT event_id FROM ({EVENTS}) e WHERE published_at IS NULL OR replay_at IS NOT NULL"  # noqa: S608
LOGGED = "SELECT envelope FROM integration.events"
LETTERS = "SELECT queue, body, status FROM integration.dead_letters"
REPORTED = "SELECT operation FROM integration.errors WHERE code = 'dead_letter'"
NOTES = "SELECT cause, template, channel, status, reason FROM notification.notifications"
KNOWN = "SELECT booking_id, version, status, starts_at FROM notification.bookings"
VISITS = "SELECT booking_id FROM integration.visits"
MOVED = "SELECT DISTINCT booking_id FROM integration.movements"
BOOKINGS = "SELECT id FROM booking.bookings"


def booking_ids(system: System) -> set[str]:
    with system.database() as engine, engine.connect() as connection:
        return {str(found) for found in connection.execute(text(BOOKINGS)).scalars()}


def read_facts(
    system: System,
    receivers: Receivers,
    poison: Mapping[str, str],
    answered: Mapping[str, str | None],
    before: set[str],
) -> Facts:
    """Everything; `before` are the bookings that were there before the run."""
    missing: Any = lacking(system)
    with system.database() as engine, engine.connect() as connection:
        visits = VisitRepository(connection)
        moved = visits.movements(_column(connection, MOVED))
        return Facts(
            told=_envelopes(connection, TOLD),
            unpublished=[str(event) for event in _column(connection, UNPUBLISHED)],
            logged=_envelopes(connection, LOGGED),
            missing=f"{missing.subscriber} lacks a {missing.type} of {missing.since}" if missing else None,
            poison=poison,
            letters=[Letter(*row) for row in connection.execute(text(LETTERS))],
            reported=frozenset(_column(connection, REPORTED)),
            depths=Broker(system).depths(),
            notes=[Note(*row) for row in connection.execute(text(NOTES))],
            known=_known(connection),
            visits=visits.get(_column(connection, VISITS)),
            movements={movement.id: movement for movement in moved},
            receivers=receivers.read(connection),
            answered=answered,
            bookings=sorted(booking_ids(system) - before),
        )


def _column(connection: Connection, query: str) -> list[Any]:
    return list(connection.execute(text(query)).scalars())


def _envelopes(connection: Connection, query: str) -> list[Envelope]:
    return [Envelope.model_validate(document) for document in _column(connection, query)]


def _known(connection: Connection) -> dict[UUID, Known]:
    return {
        row.booking_id: Known(row.version, row.status, row.starts_at.astimezone(UTC).isoformat())
        for row in connection.execute(text(KNOWN))
    }
