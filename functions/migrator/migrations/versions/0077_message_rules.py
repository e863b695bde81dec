"""Rules by which messages go, for which visits time rules have been dealt with, and the moments they count from."""

from migrator.migrations import online

revision = "0077"
down_revision = "0075"

RULES = """
CREATE TABLE IF NOT EXISTS notification.rules (
    id uuid NOT NULL,
    name text,
    template text NOT NULL,
    event text,
    moment text,
    minutes integer,
    audience text NOT NULL,
    channels jsonb NOT NULL,
    condition jsonb NOT NULL,
    urgent boolean NOT NULL,
    active boolean NOT NULL,
    version integer NOT NULL,
    since timestamp with time zone,
    CONSTRAINT rules_pkey PRIMARY KEY (id),
    CONSTRAINT rules_occasion_check CHECK ((event IS NULL) = (moment IS NOT NULL AND minutes IS NOT NULL))
)
"""
RUNS = """
CREATE TABLE IF NOT EXISTS notification.rule_runs (
    booking_id uuid NOT NULL,
    rule_id uuid NOT NULL,
    moment timestamp with time zone NOT NULL,
    passed_over text,
    CONSTRAINT rule_runs_pkey PRIMARY KEY (booking_id, rule_id, moment)
)
"""
# Who was reminded a day ahead is not reminded so again. Who did not book with us was told nothing.
MOMENTS = """
UPDATE notification.bookings SET
    ends_at = (facts->>'end')::timestamptz,
    hold_ends_at = (facts->>'hold_expires_at')::timestamptz,
    known_since = CASE WHEN (facts->>'imported')::boolean THEN NULL
                       WHEN reminded_start = starts_at THEN starts_at - interval '24 hours'
                       ELSE known_since END
 WHERE booking_id IN (SELECT booking_id FROM notification.bookings WHERE ends_at IS NULL LIMIT :size)
"""


def upgrade() -> None:
    online.run(RULES)
    online.run(RUNS)
    online.index("rule_runs_by_moment", "notification.rule_runs", "(moment)")
    online.columns(
        "notification.bookings",
        "ends_at timestamptz",
        "hold_ends_at timestamptz",
        "known_since timestamptz DEFAULT '2000-01-01 00:00:00+00'",
    )
    online.columns(
        "notification.notifications",
        "instead jsonb NOT NULL DEFAULT '[]'",
        "urgent boolean NOT NULL DEFAULT true",
        "rule_id uuid",
    )
    online.batches(MOMENTS)
    online.index("bookings_by_start", "notification.bookings", "(starts_at)")
    online.index("bookings_by_end", "notification.bookings", "(ends_at)")
    online.index("bookings_held", "notification.bookings", "(hold_ends_at) WHERE hold_ends_at IS NOT NULL")
    online.drop_index("notification", "bookings_to_remind")
