"""SQL of the studio's terms and of its customers; every booking asks for both, so the questions are prebuilt."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, bindparam, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from booking import tables as t
from booking.tables_calendar import calendar_feeds, waitlist
from booking.tables_customers import acceptances, customer_notes, customers, policies
from core.database import DEFERRED, FORESEEN
from shared_schemas.booking import Acceptance, Customer, Note, Policy
from shared_schemas.common import Money

CURRENT_POLICY = select(policies.c.version, policies.c.document).order_by(policies.c.version.desc()).limit(1)
# A token may outlive its account for a while.
BARRED = customers.c.blocked_at.is_not(None) | customers.c.erased_at.is_not(None)
STANDING = select(BARRED, customers.c.prepayment_percent).where(customers.c.id == bindparam("customer_id"))
ACCEPT = (
    upsert(acceptances)
    .values({name: bindparam(name) for name in ("customer_id", "version", "at")})
    .on_conflict_do_nothing()
)
HISTORY = (
    select(t.bookings.c.status, func.count().label("count"), func.sum(t.bookings.c.paid - t.bookings.c.refund_due))
    .where(t.bookings.c.customer_id == bindparam("customer_id"))
    .group_by(t.bookings.c.status)
)
NEXT_POLICY = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.policies', 0))")


class PolicyRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> Policy:
        row = self._connection.execute(CURRENT_POLICY).one_or_none()
        return Policy.model_validate({**row.document, "version": row.version}) if row else Policy()

    def foresee(self) -> None:
        self._connection.execute(CURRENT_POLICY, execution_options=FORESEEN)

    def add(self, policy: Policy, actor: str, at: datetime) -> Policy:
        self._connection.execute(NEXT_POLICY)
        stored = policy.model_copy(update={"version": self.current().version + 1})
        document = stored.model_dump(mode="json", exclude={"version"})
        values = {"version": stored.version, "document": document, "created_by": actor, "created_at": at}
        self._connection.execute(insert(policies), values)
        return stored


class CustomerRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, customer_id: UUID) -> Customer:
        history = self._connection.execute(HISTORY, {"customer_id": customer_id}).all()
        row = self._connection.execute(select(customers).where(customers.c.id == customer_id)).one_or_none()
        return Customer(
            id=customer_id,
            bookings={status: count for status, count, _ in history},
            spent=Money(amount=sum(kept for _, _, kept in history)),
            notes=self._notes(customer_id),
            acceptances=self._acceptances(customer_id),
            **(_facts(row) if row else {}),
        )

    def standing(self, customer_id: UUID) -> tuple[bool, int | None]:
        row = self._connection.execute(STANDING, {"customer_id": customer_id}).one_or_none()
        return (row[0], row[1]) if row else (False, None)

    def foresee_standing(self, customer_id: UUID) -> None:
        self._connection.execute(STANDING, {"customer_id": customer_id}, execution_options=FORESEEN)

    def set_block(self, customer_id: UUID, reason: str | None, at: datetime) -> None:
        self._set(customer_id, block_reason=reason, blocked_at=at if reason is not None else None)

    def set_prepayment(self, customer_id: UUID, percent: int | None) -> None:
        self._set(customer_id, prepayment_percent=percent)

    def add_no_show(self, customer_id: UUID, prepayment_percent: int) -> None:
        row = upsert(customers).values(id=customer_id, no_shows=1, prepayment_percent=prepayment_percent)
        asked = func.greatest(func.coalesce(customers.c.prepayment_percent, 0), row.excluded.prepayment_percent)
        counted = {"no_shows": customers.c.no_shows + 1, "prepayment_percent": asked}
        self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=counted))

    def add_note(self, customer_id: UUID, note: Note) -> None:
        self._connection.execute(upsert(customers).values(id=customer_id).on_conflict_do_nothing())
        self._connection.execute(insert(customer_notes).values(customer_id=customer_id, **note.model_dump()))

    def accept(self, customer_id: UUID, acceptance: Acceptance) -> None:
        values = {"customer_id": customer_id, **acceptance.model_dump()}
        self._connection.execute(ACCEPT, values, execution_options=DEFERRED)

    def erase(self, customer_id: UUID, at: datetime) -> None:
        self._erase_bookings(customer_id)
        mine = calendar_feeds.c.customer_id == customer_id
        own = (mine | (calendar_feeds.c.created_by == customer_id)) & calendar_feeds.c.revoked_at.is_(None)
        self._connection.execute(update(calendar_feeds).where(own).values(revoked_at=at))
        # Stored answers hold what the person wrote in the requests.
        answers = t.delivery.idempotency
        self._connection.execute(delete(answers).where(answers.c.principal == str(customer_id)))
        self._set(customer_id, block_reason=None, erased_at=at)
        self._connection.execute(delete(customer_notes).where(customer_notes.c.customer_id == customer_id))
        self._erase_waitlist(customer_id)

    def _erase_bookings(self, customer_id: UUID) -> None:
        """What was written, not what was sold: comments, and the reasons in the audit trail."""
        bookings = t.bookings.c
        # In the order in which everybody locks them.
        of_customer = select(bookings.id).where(bookings.customer_id == customer_id).order_by(bookings.id)
        ids = self._connection.execute(of_customer.with_for_update(key_share=True)).scalars().all()
        self._connection.execute(update(t.bookings).where(bookings.id.in_(ids)).values(comment=None))
        self._connection.execute(update(t.transitions).where(t.transitions.c.booking_id.in_(ids)).values(reason=None))

    def _erase_waitlist(self, customer_id: UUID) -> None:
        own = waitlist.c.customer_id == customer_id
        silent = {"request": waitlist.c.request.op("-")(literal("comment", Text))}
        self._connection.execute(update(waitlist).where(own).values(silent))
        self._connection.execute(update(waitlist).where(own, waitlist.c.status == "waiting").values(status="withdrawn"))

    def _set(self, customer_id: UUID, **values: object) -> None:
        row = upsert(customers).values(id=customer_id, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

    def _notes(self, customer_id: UUID) -> list[Note]:
        columns = customer_notes.c
        query = select(columns.id, columns.author, columns.text, columns.at).where(columns.customer_id == customer_id)
        rows = self._connection.execute(query.order_by(columns.at.desc(), columns.id))
        return [Note.model_validate(dict(row._mapping)) for row in rows]

    def _acceptances(self, customer_id: UUID) -> list[Acceptance]:
        columns = acceptances.c
        query = select(columns.version, columns.at).where(columns.customer_id == customer_id).order_by(columns.at)
        return [Acceptance(version=row.version, at=row.at) for row in self._connection.execute(query)]


def _facts(row: Row[Any]) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in ("no_shows", "prepayment_percent", "blocked_at", "block_reason", "erased_at")
    }
