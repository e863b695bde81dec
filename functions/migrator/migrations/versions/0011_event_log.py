"""What operators do about errors and dead letters."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE integration.errors
            ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
            ADD COLUMN sample jsonb NOT NULL DEFAULT '{}',
            ADD COLUMN status text NOT NULL DEFAULT 'open',
            ADD COLUMN handled_by uuid,
            ADD COLUMN handled_at timestamptz,
            ADD COLUMN note text,
            ADD CONSTRAINT errors_id_key UNIQUE (id),
            ADD CONSTRAINT errors_status_check CHECK (status IN ('open', 'acknowledged', 'resolved'));
        CREATE INDEX errors_by_time ON integration.errors (last_seen DESC, id);
        CREATE TABLE integration.dead_letters (
            id uuid NOT NULL,
            queue text NOT NULL,
            message_id text NOT NULL,
            body text NOT NULL,
            type text,
            event_id uuid,
            correlation_id text,
            sent_at timestamptz NOT NULL,
            collected_at timestamptz NOT NULL,
            status text NOT NULL,
            handled_by uuid,
            handled_at timestamptz,
            reason text,
            CONSTRAINT dead_letters_pkey PRIMARY KEY (id),
            CONSTRAINT dead_letters_once_key UNIQUE (queue, message_id),
            CONSTRAINT dead_letters_status_check CHECK (status IN ('waiting', 'redriven', 'discarded')),
            CONSTRAINT dead_letters_handled_check CHECK ((status = 'waiting') = (handled_at IS NULL))
        );
        CREATE INDEX dead_letters_by_queue ON integration.dead_letters (queue, collected_at DESC, id);
        CREATE INDEX dead_letters_waiting ON integration.dead_letters (queue, collected_at) WHERE status = 'waiting';
        CREATE TABLE integration.operator_actions (
            id bigint GENERATED ALWAYS AS IDENTITY,
            at timestamptz NOT NULL,
            actor uuid NOT NULL,
            action text NOT NULL,
            target text NOT NULL,
            reason text,
            details jsonb NOT NULL,
            CONSTRAINT operator_actions_pkey PRIMARY KEY (id)
        );
        CREATE INDEX operator_actions_by_target ON integration.operator_actions (target, id);
        REVOKE UPDATE, DELETE ON integration.operator_actions FROM cyclorama_integration;
    """)
