"""Tables of what went wrong: errors by group, and dead letters."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from integration.tables import metadata

errors = Table(
    "errors",
    metadata,
    Column("service", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("id", Uuid, nullable=False, server_default=func.gen_random_uuid()),
    Column("detail", Text, nullable=False),
    Column("occurrences", Integer, nullable=False),
    Column("first_seen", Timestamp, nullable=False),
    Column("last_seen", Timestamp, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("sample", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("status", Text, nullable=False, server_default="open"),
    Column("handled_by", Uuid),
    Column("handled_at", Timestamp),
    Column("note", Text),
    UniqueConstraint("id", name="errors_id_key"),
    CheckConstraint("status IN ('open', 'acknowledged', 'resolved')", name="errors_status_check"),
)
LATEST_FIRST = (errors.c.last_seen.desc(), errors.c.id)
Index("errors_by_time", *LATEST_FIRST)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The subscriber whose queue gave it up.
    Column("queue", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("type", Text),
    Column("event_id", Uuid),
    Column("correlation_id", Text),
    Column("sent_at", Timestamp, nullable=False),
    Column("collected_at", Timestamp, nullable=False),
    # What the subscriber said when it gave the message up; absent where it died without a word.
    Column("deliveries", Integer),
    Column("last_error", Text),
    Column("status", Text, nullable=False),
    Column("handled_by", Uuid),
    Column("handled_at", Timestamp),
    Column("reason", Text),
    UniqueConstraint("queue", "message_id", name="dead_letters_once_key"),
    CheckConstraint("status IN ('waiting', 'redriven', 'discarded')", name="dead_letters_status_check"),
    CheckConstraint("(status = 'waiting') = (handled_at IS NULL)", name="dead_letters_handled_check"),
)
NEWEST_LETTERS = (dead_letters.c.collected_at.desc(), dead_letters.c.id)
Index("dead_letters_by_queue", dead_letters.c.queue, *NEWEST_LETTERS)
WAITING = text("status = 'waiting'")
Index("dead_letters_waiting", dead_letters.c.queue, dead_letters.c.collected_at, postgresql_where=WAITING)
