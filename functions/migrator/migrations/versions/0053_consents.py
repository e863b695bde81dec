"""Consents are documents with versions and texts, and can be revoked; those of before are kept as they were given."""

from migrator.migrations import online

revision = "0053"
down_revision = "0052"

DOCUMENTS = """
CREATE TABLE IF NOT EXISTS gateway.consent_documents (
    kind text NOT NULL,
    number integer NOT NULL,
    version text NOT NULL,
    document jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT consent_documents_pkey PRIMARY KEY (kind, number)
)
"""
IDS = """
UPDATE gateway.consents SET id = gen_random_uuid(), source = 'booking'
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM gateway.consents WHERE id IS NULL LIMIT :size))
"""
# Who registered agreed to the processing, in words that were not kept with it.
REGISTERED = """
INSERT INTO gateway.consents (id, user_id, document, version, given_at, source)
SELECT gen_random_uuid(), u.id, 'personal_data', 'unversioned', u.consented_at, 'unversioned'
  FROM gateway.users u
 WHERE u.role = 'client' AND NOT u.guest AND u.erased_at IS NULL
   AND NOT EXISTS (SELECT FROM gateway.consents c WHERE c.user_id = u.id AND c.document = 'personal_data')
 LIMIT :size
    ON CONFLICT DO NOTHING
"""
ERASED = """
UPDATE gateway.consents c SET revoked_at = u.erased_at
  FROM gateway.users u
 WHERE u.id = c.user_id
   AND c.id = ANY (ARRAY(SELECT k.id FROM gateway.consents k JOIN gateway.users e ON e.id = k.user_id
                          WHERE e.erased_at IS NOT NULL AND k.revoked_at IS NULL LIMIT :size))
"""


def upgrade() -> None:
    online.run(DOCUMENTS)
    online.index("consent_documents_version_key", "gateway.consent_documents", "(kind, version)", unique=True)
    online.columns("gateway.consents", "id uuid", "network text", "revoked_at timestamptz")
    # A default of its own statement is for new rows alone, and so are those of the code that still runs.
    online.run("ALTER TABLE gateway.consents ALTER COLUMN id SET DEFAULT gen_random_uuid()")
    online.columns("gateway.consents", "source text NOT NULL DEFAULT 'unversioned'")
    online.batches(IDS)
    online.not_null("gateway.consents", "id")
    online.index(
        "consents_holding", "gateway.consents", "(user_id, document, version) WHERE revoked_at IS NULL", unique=True
    )
    online.primary_key("gateway.consents", "id")
    online.index("consents_by_person", "gateway.consents", "(user_id, given_at DESC, id)")
    online.index("consents_by_end", "gateway.consents", "(revoked_at) WHERE revoked_at IS NOT NULL")
    for statement in (REGISTERED, ERASED):
        online.batches(statement, 10_000)
