"""Messages, sent and to be sent."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from notification.tables import metadata

notifications = Table(
    "notifications",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The event, reminder or resend that asked for it; unique per template, channel and recipient.
    Column("cause", Text, nullable=False),
    Column("template", Text, nullable=False),
    # One of `Channel`. No constraint repeats the contract: it would make each new channel a migration.
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    # Absent, and its facts empty, where a message is about an account.
    Column("booking_id", Uuid),
    Column("facts", JSONB, nullable=False),
    # Of the one-time code in the message. Neither the code nor where it went is stored.
    Column("code_id", Uuid),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # While pending, when to try; while sending, when the lease expires; else NULL.
    Column("next_attempt_at", Timestamp),
    Column("reason", Text),
    # Personal data: the studio's record of what it sent, shown to staff only.
    Column("address", Text),
    Column("message", JSONB),
    # Who took it, and its own id of the message there.
    Column("provider", Text),
    Column("provider_reference", Text),
    # By which else it goes if this channel cannot reach its recipient; and the rule that asked for it.
    Column("instead", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("urgent", Boolean, nullable=False, server_default=text("true")),
    Column("rule_id", Uuid),
    # How many it is billed as; NULL for those of before 2026-12.
    Column("parts", Integer),
    # What its provider says became of it, and while that is nothing final, when to ask.
    Column("delivery", Text),
    Column("delivery_reason", Text),
    Column("delivered_at", Timestamp),
    Column("ask_at", Timestamp),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("sent_at", Timestamp),
    UniqueConstraint("cause", "template", "channel", "recipient_id", name="notifications_once_key"),
    CheckConstraint("status IN ('pending', 'sending', 'sent', 'failed', 'skipped')", name="notifications_status_check"),
    CheckConstraint(
        "(status IN ('pending', 'sending')) = (next_attempt_at IS NOT NULL)", name="notifications_due_check"
    ),
)
NEWEST_FIRST = (notifications.c.created_at.desc(), notifications.c.id)
Index("notifications_by_creation", *NEWEST_FIRST)
Index("notifications_by_status", notifications.c.status, *NEWEST_FIRST)
Index("notifications_by_booking", notifications.c.booking_id, *NEWEST_FIRST)
Index("notifications_by_recipient", notifications.c.recipient_id, *NEWEST_FIRST)
Index(
    "notifications_with_text",
    notifications.c.created_at,
    postgresql_where=text("message IS NOT NULL OR address IS NOT NULL"),
)
Index(
    "notifications_by_address",
    notifications.c.address,
    notifications.c.created_at,
    postgresql_where=text("address IS NOT NULL"),
)
Index(
    "notifications_by_reference",
    notifications.c.provider_reference,
    postgresql_where=text("provider_reference IS NOT NULL"),
)
Index("notifications_by_sending", notifications.c.sent_at, postgresql_where=text("sent_at IS NOT NULL"))
Index("notifications_to_ask", notifications.c.ask_at, postgresql_where=text("ask_at IS NOT NULL"))
Index("notifications_due", notifications.c.next_attempt_at, postgresql_where=text("next_attempt_at IS NOT NULL"))
