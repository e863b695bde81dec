"""Messages, and what they need to know about bookings."""

from alembic import op

from migrator.migrations.delivery import delivery_tables

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(delivery_tables("notification"))
    op.execute("""
        CREATE TABLE notification.bookings (
            booking_id uuid NOT NULL,
            version integer NOT NULL,
            status text NOT NULL,
            customer_id uuid NOT NULL,
            starts_at timestamptz NOT NULL,
            facts jsonb NOT NULL,
            correlation_id text NOT NULL,
            reminded_start timestamptz,
            CONSTRAINT bookings_pkey PRIMARY KEY (booking_id)
        );
        CREATE INDEX bookings_to_remind ON notification.bookings (starts_at) WHERE status = 'confirmed';
        CREATE TABLE notification.notifications (
            id uuid NOT NULL,
            cause text NOT NULL,
            template text NOT NULL,
            channel text NOT NULL,
            status text NOT NULL,
            recipient_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            facts jsonb NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            next_attempt_at timestamptz,
            reason text,
            address text,
            message jsonb,
            provider_reference text,
            correlation_id text NOT NULL,
            causation_id text,
            created_at timestamptz NOT NULL,
            sent_at timestamptz,
            CONSTRAINT notifications_pkey PRIMARY KEY (id),
            CONSTRAINT notifications_once_key UNIQUE (cause, template, channel),
            CONSTRAINT notifications_channel_check CHECK (channel IN ('email', 'sms')),
            CONSTRAINT notifications_status_check CHECK (status IN
                ('pending', 'sending', 'sent', 'failed', 'skipped')),
            CONSTRAINT notifications_due_check CHECK
                ((status IN ('pending', 'sending')) = (next_attempt_at IS NOT NULL))
        );
        CREATE INDEX notifications_by_creation ON notification.notifications (created_at DESC, id);
        CREATE INDEX notifications_by_booking ON notification.notifications (booking_id, created_at DESC, id);
        CREATE INDEX notifications_by_recipient ON notification.notifications (recipient_id, created_at DESC, id);
        CREATE INDEX notifications_due ON notification.notifications (next_attempt_at)
            WHERE next_attempt_at IS NOT NULL;
    """)
