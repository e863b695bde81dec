"""Replays of events: who asked for which, and how far each is."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text

from core.postgres.tables import Timestamp
from integration.tables import metadata

replays = Table(
    "replays",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    # What was asked for, by whom, when and why.
    Column("from", Timestamp, nullable=False, key="from_"),
    Column("to", Timestamp, nullable=False),
    Column("type", Text),
    Column("correlation_id", Text),
    Column("booking_id", Uuid),
    Column("subscriber", Text),
    Column("reason", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Timestamp, nullable=False),
    # How far it is: the last event that was sent, in the order of time and id.
    Column("total", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("reached", Timestamp),
    Column("reached_id", Uuid),
    # Attempts in a row that got no further.
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Timestamp),
    Column("error", Text),
    Column("finished_at", Timestamp),
    CheckConstraint("status IN ('waiting', 'running', 'done', 'failed')", name="replays_status_check"),
    CheckConstraint(
        "(status IN ('waiting', 'running')) = (next_attempt_at IS NOT NULL)", name="replays_next_attempt_check"
    ),
)
NEWEST_FIRST = (replays.c.requested_at.desc(), replays.c.id)
Index("replays_by_time", *NEWEST_FIRST)
Index("replays_open", replays.c.next_attempt_at, postgresql_where=text("next_attempt_at IS NOT NULL"))
