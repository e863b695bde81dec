"""Promo codes are listed page by page: a studio may have one for each of its clients."""

from migrator.migrations import online

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    online.index("promo_codes_by_age", "booking.promo_codes", "(created_at DESC, id)")
