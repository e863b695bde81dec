"""SQL for guests who turn out to be somebody with an account."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from booking.customers.tables import acceptances, customer_notes, customers, no_shows

WORSE = {"no_shows": 0, "prepayment_percent": None, "blocked_at": None, "block_reason": None, "phone_key": None}


def hand_over(connection: Connection, guest_ids: Sequence[UUID], account_id: UUID) -> None:
    """No-shows add up, the higher prepayment and any block count, and notes and accepted rules go along."""
    _merge(connection, guest_ids, account_id)
    notes = customer_notes.c.customer_id.in_(guest_ids)
    connection.execute(update(customer_notes).where(notes).values(customer_id=account_id))
    # Each tells what a no-show did to a share of its own; of a share that was merged it says nothing any more.
    theirs, of_both = no_shows.alias(), no_shows.c.customer_id.in_([*guest_ids, account_id])
    missed = select(theirs.c.booking_id).where(theirs.c.customer_id.in_(guest_ids)).exists()
    connection.execute(delete(no_shows).where(of_both, missed))
    c = acceptances.c
    accepted = select(literal(account_id), c.version, func.min(c.at)).where(c.customer_id.in_(guest_ids))
    kept = upsert(acceptances).from_select(["customer_id", "version", "at"], accepted.group_by(c.version))
    connection.execute(kept.on_conflict_do_nothing())
    connection.execute(delete(acceptances).where(c.customer_id.in_(guest_ids)))


def _merge(connection: Connection, guest_ids: Sequence[UUID], account_id: UUID) -> None:
    c = customers.c
    known = (
        select(
            literal(account_id), func.sum(c.no_shows), func.max(c.prepayment_percent), func.min(c.blocked_at),
            func.max(c.block_reason),
        )
        .where(c.id.in_(guest_ids))
        .having(func.count() > 0)
    )  # fmt: skip
    row = upsert(customers).from_select(["id", "no_shows", "prepayment_percent", "blocked_at", "block_reason"], known)
    merged = {
        "no_shows": c.no_shows + row.excluded.no_shows,
        "prepayment_percent": func.greatest(c.prepayment_percent, row.excluded.prepayment_percent),
        "blocked_at": func.coalesce(c.blocked_at, row.excluded.blocked_at),
        "block_reason": func.coalesce(c.block_reason, row.excluded.block_reason),
    }
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=merged))
    connection.execute(update(customers).where(c.id.in_(guest_ids)).values(**WORSE))
