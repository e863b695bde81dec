"""Deliveries to other systems: who receives what, how far it is, and what it is called there."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _receivers()
    _deliveries()


def _receivers() -> None:
    op.execute("""
        CREATE TABLE integration.connectors (
            name text NOT NULL,
            next_turn_at timestamptz NOT NULL DEFAULT '-infinity',
            paused_at timestamptz,
            paused_by uuid,
            pause_reason text,
            last_success_at timestamptz,
            last_failure_at timestamptz,
            last_failure text,
            CONSTRAINT connectors_pkey PRIMARY KEY (name)
        );
        CREATE TABLE integration.webhook_subscriptions (
            id uuid NOT NULL,
            url text NOT NULL,
            event_types text[] NOT NULL,
            description text NOT NULL,
            status text NOT NULL,
            disabled_reason text,
            failures integer NOT NULL DEFAULT 0,
            secret text NOT NULL,
            previous_secret text,
            previous_secret_until timestamptz,
            created_at timestamptz NOT NULL,
            created_by uuid NOT NULL,
            CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY (id),
            CONSTRAINT webhook_subscriptions_status_check CHECK (status IN ('active', 'disabled')),
            CONSTRAINT webhook_subscriptions_previous_check
                CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
        );
        CREATE INDEX webhook_subscriptions_by_time ON integration.webhook_subscriptions (created_at DESC, id);
        CREATE TABLE integration.crm_links (
            connector text NOT NULL,
            kind text NOT NULL,
            our_id uuid NOT NULL,
            their_id text,
            version integer NOT NULL,
            erased_at timestamptz,
            CONSTRAINT crm_links_pkey PRIMARY KEY (connector, kind, our_id),
            CONSTRAINT crm_links_kind_check CHECK (kind IN ('contact', 'deal')),
            CONSTRAINT crm_links_erased_check CHECK (erased_at IS NULL OR their_id IS NULL)
        );
    """)


def _deliveries() -> None:
    op.execute("""
        CREATE TABLE integration.deliveries (
            id uuid NOT NULL,
            connector text NOT NULL,
            target text NOT NULL,
            subject uuid,
            event_id uuid NOT NULL,
            event_type text NOT NULL,
            correlation_id text NOT NULL,
            envelope jsonb NOT NULL,
            status text NOT NULL,
            attempts integer NOT NULL,
            next_attempt_at timestamptz,
            leased_until timestamptz,
            expires_at timestamptz NOT NULL,
            response_code integer,
            duration_ms integer,
            error text,
            created_at timestamptz NOT NULL,
            finished_at timestamptz,
            CONSTRAINT deliveries_pkey PRIMARY KEY (id),
            CONSTRAINT deliveries_once_key UNIQUE (connector, target, event_id),
            CONSTRAINT deliveries_status_check CHECK (status IN ('waiting', 'delivered', 'skipped', 'dead')),
            CONSTRAINT deliveries_next_attempt_check CHECK ((status = 'waiting') = (next_attempt_at IS NOT NULL)),
            CONSTRAINT deliveries_finished_check CHECK ((status = 'waiting') = (finished_at IS NULL))
        );
        CREATE INDEX deliveries_by_target ON integration.deliveries (connector, target, created_at DESC, id);
        CREATE INDEX deliveries_by_connector ON integration.deliveries (connector, created_at DESC, id);
        CREATE INDEX deliveries_due ON integration.deliveries (connector, next_attempt_at) WHERE status = 'waiting';
        CREATE INDEX deliveries_dead ON integration.deliveries (connector, created_at) WHERE status = 'dead';
        CREATE INDEX deliveries_leased ON integration.deliveries (connector, subject) WHERE leased_until IS NOT NULL;
        CREATE INDEX deliveries_finished ON integration.deliveries (finished_at) WHERE finished_at IS NOT NULL;
    """)
