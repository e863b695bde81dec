"""What messages cost: a price by provider and day, and sums of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shared_schemas.common import Money

ENTRY = re.compile(r"([a-z0-9]{2,32})@(\d{4}-\d{2}-\d{2})=(\d{1,7}(?:\.\d{1,4})?)")


@dataclass(frozen=True)
class Prices:
    """Of one part, in kopecks and fractions of them, by provider; each holds from its day on."""

    table: Mapping[str, Mapping[date, Decimal]]

    @classmethod
    def read(cls, text: str) -> "Prices":
        """`smsru@2026-01-01=349 …`; `ValueError` for what cannot be read."""
        table: dict[str, dict[date, Decimal]] = {}
        for entry in text.split():
            found = ENTRY.fullmatch(entry)
            if not found:
                raise ValueError(f"{entry!r} is not provider@day=kopecks")
            table.setdefault(found[1], {})[date.fromisoformat(found[2])] = Decimal(found[3])
        return cls(table)

    def of(self, provider: str, day: date) -> Decimal | None:
        """None if no price is known for that day."""
        known = self.table.get(provider, {})
        begun = [since for since in known if since <= day]
        return known[max(begun)] if begun else None


FREE = Prices({})


@dataclass(frozen=True)
class Sent:
    """How many messages of a kind a provider took on a day, and in how many parts."""

    date: date
    channel: str
    provider: str | None
    template: str
    messages: int
    parts: int


def spend(rows: Iterable[Sent], prices: Prices) -> Money | None:
    """Of all of these together, rounded once; None if no price is known of any."""
    known = [(row.parts, prices.of(row.provider, row.date)) for row in rows if row.provider]
    sums = [parts * price for parts, price in known if price is not None]
    return Money(amount=int(sum(sums, Decimal(0)).to_integral_value(ROUND_HALF_UP))) if sums else None
