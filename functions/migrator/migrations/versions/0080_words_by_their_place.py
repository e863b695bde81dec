"""People and companies are looked for by words that many share: the first words of each, in the order of an index."""

from migrator.migrations import online

revision = "0080"
down_revision = "0079"

NAME = "translate(lower(full_name), 'ё'::text, 'е'::text)"


def upgrade() -> None:
    for place in (1, 2, 3):
        word = f"(split_part({NAME}, ' '::text, {place}) text_pattern_ops) WHERE erased_at IS NULL"
        online.index(f"users_by_word_{place}", "gateway.users", word)
        word = f"(split_part(words, ' '::text, {place}) text_pattern_ops)"
        online.index(f"companies_by_word_{place}", "payment.companies", word)
