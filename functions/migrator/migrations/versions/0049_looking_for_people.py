"""People are found by the last digits of a phone, and by how an e-mail or a word of a name begins."""

from migrator.migrations import online

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    living = "WHERE erased_at IS NULL"
    online.index("users_by_phone_tail", "gateway.users", f"(reverse(phone) text_pattern_ops) {living}")
    online.index("users_by_email_prefix", "gateway.users", f"(email text_pattern_ops) {living}")
    words = "to_tsvector('simple'::regconfig, translate(lower(full_name), 'ё'::text, 'е'::text))"
    online.index("users_by_name", "gateway.users", f"USING gin ({words}) {living}")
