"""When a promo code may be used. How often, only the database can say."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.domain_ranges import TimeRange
from shared_schemas.errors import Text, Violation
from shared_schemas.halls import Hall
from shared_schemas.prices import PromoCode


def promo_violations(promo: PromoCode, halls: Sequence[Hall], slot: TimeRange, now: datetime) -> list[Violation]:
    """Why a code does not hold for a visit that is booked now; empty where it does."""
    visit = slot.start.astimezone(ZoneInfo(halls[0].timezone))
    found = []
    if not promo.active:
        found.append(_violation("promo_inactive", "the code is not in use", "код не действует"))
    if promo.valid_from and now < promo.valid_from:
        found.append(_violation(
            "promo_not_yet", "the code is valid from {from}", "код действует с {from}",
            **{"from": promo.valid_from.isoformat()},
        ))  # fmt: skip
    if promo.valid_to and now >= promo.valid_to:
        found.append(_violation(
            "promo_expired", "the code was valid until {to}", "код действовал до {to}", to=promo.valid_to.isoformat()
        ))  # fmt: skip
    if promo.hall_ids is not None and not {hall.id for hall in halls} <= set(promo.hall_ids):
        found.append(_violation("promo_other_hall", "the code is for other halls", "код для других залов"))
    first, last = promo.first_day or visit.date(), promo.last_day or visit.date()
    if not first <= visit.date() <= last or visit.isoweekday() not in (promo.weekdays or range(1, 8)):
        found.append(_violation("promo_other_days", "the code is for other days", "код для других дней"))
    return found


def _violation(code: str, en: str, ru: str, **params: object) -> Violation:
    return Violation("promo_code", code, Text(en, ru), params)
