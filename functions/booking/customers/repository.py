"""SQL for the studio's terms and its customers; every booking needs both, so the queries are prebuilt."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Text, bindparam, cast, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from booking.customers.domain import NoShow, raised, without
from booking.customers.errors import PolicyChangedError
from booking.customers.joining_repository import hand_over
from booking.customers.tables import acceptances, customer_notes, customers, no_shows, policies
from booking.tables import delivery
from core.postgres.database import DEFERRED, FORESEEN
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.customers import Acceptance, Customer, Note
from shared_schemas.booking.policy import Policy
from shared_schemas.common import Money

POLICY = StoredFields(Policy, policies, "document", nulls=True)
# What is not here is counted, or kept in tables of its own.
CUSTOMER = StoredFields(Customer, customers, apart=["bookings", "spent", "notes", "acceptances"])
NOTE = StoredFields(Note, customer_notes)
ACCEPTANCE = StoredFields(Acceptance, acceptances)
CURRENT_POLICY = select(policies.c.version, policies.c.document).order_by(policies.c.version.desc()).limit(1)
# A token may outlive its account for a while.
BARRED = customers.c.blocked_at.is_not(None) | customers.c.erased_at.is_not(None)
STANDING = select(BARRED, customers.c.prepayment_percent).where(customers.c.id == bindparam("customer_id"))
ACCEPT = (
    upsert(acceptances)
    .values({name: bindparam(name) for name in ("customer_id", *ACCEPTANCE.columns)})
    .on_conflict_do_nothing()
)
NOTE_PHONE = upsert(customers).values(id=bindparam("id"), phone_key=bindparam("phone_key")).on_conflict_do_nothing()
NEXT_POLICY = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.policies', 0))")


class PolicyRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> Policy:
        row = self._connection.execute(CURRENT_POLICY).one_or_none()
        return Policy.model_validate(POLICY.read(row)) if row else Policy()

    def foresee(self) -> None:
        self._connection.execute(CURRENT_POLICY, execution_options=FORESEEN)

    def add(self, policy: Policy, actor: str, at: datetime, edited: int | None = None) -> Policy:
        self._connection.execute(NEXT_POLICY)
        in_force = self.current().version
        if edited not in (None, in_force):
            raise PolicyChangedError(version=in_force)
        stored = policy.model_copy(update={"version": in_force + 1})
        values = {**POLICY.values(stored), "created_by": actor, "created_at": at}
        self._connection.execute(insert(policies), values)
        return stored


class CustomerRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, customer_id: UUID) -> Customer:
        row = self._connection.execute(select(customers).where(customers.c.id == customer_id)).one_or_none()
        return Customer(
            bookings={},
            spent=Money(amount=0),
            notes=self._notes(customer_id),
            acceptances=self._acceptances(customer_id),
            **(CUSTOMER.read(row) if row else {"id": customer_id}),
        )

    def standing(self, customer_id: UUID) -> tuple[bool, int | None]:
        row = self._connection.execute(STANDING, {"customer_id": customer_id}).one_or_none()
        return (row[0], row[1]) if row else (False, None)

    def standings(self, customer_ids: Collection[UUID]) -> dict[UUID, tuple[int, bool]]:
        query = select(customers.c.id, customers.c.no_shows, customers.c.blocked_at)
        rows = self._connection.execute(query.where(customers.c.id.in_(customer_ids)))
        return {row.id: (row.no_shows, row.blocked_at is not None) for row in rows}

    def foresee_standing(self, customer_id: UUID) -> None:
        self._connection.execute(STANDING, {"customer_id": customer_id}, execution_options=FORESEEN)

    def is_blocked(self, customer_ids: Collection[UUID]) -> bool:
        blocked = select(customers.c.id).where(customers.c.id.in_(customer_ids), customers.c.blocked_at.is_not(None))
        return self._connection.execute(blocked.limit(1)).one_or_none() is not None

    def note_phone(self, customer_id: UUID, phone_key: UUID) -> None:
        # A row that is there already is not locked: halls, which come before customers, are still to be.
        values = {"id": customer_id, "phone_key": phone_key}
        self._connection.execute(NOTE_PHONE, values, execution_options=DEFERRED)

    def set_block(self, customer_id: UUID, reason: str | None, at: datetime) -> None:
        self._set(customer_id, block_reason=reason, blocked_at=at if reason is not None else None)

    def set_prepayment(self, customer_id: UUID, percent: int | None) -> None:
        self._set(customer_id, prepayment_percent=percent)

    def add_no_show(self, booking_id: UUID, customer_id: UUID, prepayment_percent: int, at: datetime) -> None:
        before = self._locked_percent(customer_id)
        row = {
            "booking_id": booking_id,
            "customer_id": customer_id,
            "before": before,
            "asked": prepayment_percent,
            "at": at,
        }
        self._connection.execute(insert(no_shows).values(row))
        self._count_no_shows(customer_id, 1, raised(before, prepayment_percent))

    def remove_no_show(self, booking_id: UUID, customer_id: UUID) -> None:
        percent = self._locked_percent(customer_id)
        query = select(no_shows).where(no_shows.c.customer_id == customer_id)
        rows = self._connection.execute(query.order_by(no_shows.c.at, no_shows.c.booking_id))
        left, percent = without(booking_id, [NoShow(row.booking_id, row.before, row.asked) for row in rows], percent)
        self._connection.execute(delete(no_shows).where(no_shows.c.booking_id == booking_id))
        for one in left:
            this = update(no_shows).where(no_shows.c.booking_id == one.booking_id)
            self._connection.execute(this.values(before=one.before))
        self._count_no_shows(customer_id, -1, percent)

    def _locked_percent(self, customer_id: UUID) -> int | None:
        self._connection.execute(upsert(customers).values(id=customer_id).on_conflict_do_nothing())
        query = select(customers.c.prepayment_percent).where(customers.c.id == customer_id)
        percent: int | None = self._connection.execute(query.with_for_update()).scalar_one()
        return percent

    def _count_no_shows(self, customer_id: UUID, more: int, percent: int | None) -> None:
        counted = func.greatest(customers.c.no_shows + more, 0)
        this = update(customers).where(customers.c.id == customer_id)
        self._connection.execute(this.values(no_shows=counted, prepayment_percent=percent))

    def add_note(self, customer_id: UUID, note: Note) -> None:
        self._connection.execute(upsert(customers).values(id=customer_id).on_conflict_do_nothing())
        self._connection.execute(insert(customer_notes).values(customer_id=customer_id, **NOTE.values(note)))

    def accept(self, customer_id: UUID, acceptance: Acceptance) -> None:
        values = {"customer_id": customer_id, **ACCEPTANCE.values(acceptance)}
        self._connection.execute(ACCEPT, values, execution_options=DEFERRED)

    def erase(self, customer_id: UUID, at: datetime) -> None:
        self._erase_answers(customer_id)
        self._set(customer_id, block_reason=None, phone_key=None, erased_at=at)
        self._connection.execute(delete(customer_notes).where(customer_notes.c.customer_id == customer_id))

    def _erase_answers(self, customer_id: UUID) -> None:
        """Stored answers hold what was in the requests: the person's own, and those of staff about the person, which
        name the person in the path or in the answer. There are a day's at most."""
        answers, named = delivery.idempotency, f"%{customer_id}%"
        about = answers.c.operation.like(named) | cast(answers.c.response, Text).like(named)
        self._connection.execute(delete(answers).where((answers.c.principal == str(customer_id)) | about))

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        hand_over(self._connection, guest_ids, account_id)

    def _set(self, customer_id: UUID, **values: object) -> None:
        row = upsert(customers).values(id=customer_id, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))

    def _notes(self, customer_id: UUID) -> list[Note]:
        columns = customer_notes.c
        query = select(customer_notes).where(columns.customer_id == customer_id)
        rows = self._connection.execute(query.order_by(columns.at.desc(), columns.id))
        return [Note.model_validate(NOTE.read(row)) for row in rows]

    def _acceptances(self, customer_id: UUID) -> list[Acceptance]:
        columns = acceptances.c
        query = select(acceptances).where(columns.customer_id == customer_id).order_by(columns.at)
        return [Acceptance(**ACCEPTANCE.read(row)) for row in self._connection.execute(query)]
