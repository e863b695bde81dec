"""The books at the end of some days, by SQL alone: what moved, what is held, which numbers papers have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

# What went to a balance moved in the books, and no money came or went.
MOVED = """
SELECT p.provider, sum(l.amount) FROM payment.ledger l JOIN payment.payments p ON p.id = l.payment_id
LEFT JOIN payment.refunds r ON r.id = l.refund_id WHERE r.to_balance IS NOT TRUE GROUP BY 1
"""
BY_BOOKING = "SELECT booking_id, sum(amount) FROM payment.ledger GROUP BY 1"
OVER_THE_DESK = "SELECT method, sum(worth) FROM payment.held_money_entries WHERE method IS NOT NULL GROUP BY 1"
WORTH = "SELECT coalesce(sum(worth), 0) FROM payment.held_money"
# Where what is held is not what its entries say, an entry not what was there after it, or was once below zero.
UNEVEN = """
SELECT h.id FROM payment.held_money h LEFT JOIN payment.held_money_entries e ON e.held_id = h.id
GROUP BY h.id HAVING h.remaining <> coalesce(sum(e.amount), 0) OR h.worth <> coalesce(sum(e.worth), 0)
    OR min(e.remaining) < 0
"""
NUMBERS = """
SELECT n.kind, n.year, n.last, array(
         SELECT number FROM payment.invoices i WHERE n.kind = 'invoice' AND i.year = n.year UNION ALL
         SELECT number FROM payment.acts a WHERE n.kind = 'act' AND a.year = n.year ORDER BY 1) AS used
  FROM payment.paper_numbers n
"""


@dataclass(frozen=True)
class Books:
    """Sums in kopecks: `moved` by what was paid with, `over_the_desk` what came for held money by how, `worth` of all
    that is held; `uneven` is what is held and does not add up, `gaps` the papers whose numbers do not count on."""

    moved: dict[str, int]
    by_booking: dict[Any, int]
    over_the_desk: dict[str, int]
    worth: int
    uneven: Sequence[Any]
    gaps: Sequence[Any]


def books(engine: Engine) -> Books:
    with engine.connect() as connection:
        numbers = connection.execute(text(NUMBERS)).all()
        return Books(
            moved=_sums(connection, MOVED),
            by_booking=_sums(connection, BY_BOOKING),
            over_the_desk=_sums(connection, OVER_THE_DESK),
            worth=int(connection.execute(text(WORTH)).scalar_one()),
            uneven=connection.execute(text(UNEVEN)).scalars().all(),
            gaps=[row for row in numbers if row.used != list(range(1, row.last + 1))],
        )


def _sums(connection: Connection, query: str) -> dict[Any, int]:
    return {name: int(amount) for name, amount in connection.execute(text(query)).all()}
