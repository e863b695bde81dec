"""SQL for the waitlist."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSTZMULTIRANGE, Range
from sqlalchemy.dialects.postgresql.ranges import MultiRange

from booking.calendar.tables import occupancy
from booking.tables import delivery
from booking.time.ranges import TimeRange
from booking.waitlist.errors import WaitlistEntryNotFoundError
from booking.waitlist.ports import OFFER_WAITLIST, Waiting
from booking.waitlist.tables import waitlist
from core.http.paging import Cursor, ahead_of, behind
from core.job_failures import not_put_off
from core.postgres.database import DEFERRED
from core.postgres.rows import locked, one
from core.postgres.stored_fields import StoredFields
from core.postgres.tables import Timestamp
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistStatus

FIELDS = StoredFields(WaitlistEntry, waitlist, "request", nulls=True)
LIVE = ("waiting", "offered")
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('waitlist:' || :customer_id, 0))")
SETTLE = (
    update(waitlist)
    # A payment that comes too late accepts what was missed, if the slot is still there.
    .where(waitlist.c.booking_id == bindparam("offered"), waitlist.c.status.in_(("offered", "missed")))
    .values(status=bindparam("outcome"))
)
_starts = cast(waitlist.c.request["start"].astext, Timestamp)
SPACE = func.unnest(waitlist.c.spaces).table_valued("id").render_derived(name="space")
TAKEN = exists().where(occupancy.c.hall_id == SPACE.c.id, occupancy.c.during.overlaps(waitlist.c.during))
# Entries whose time is free, the longest waiting first.
SERVABLE = (
    select(waitlist)
    .where(waitlist.c.status == "waiting", ~TAKEN.correlate(waitlist))
    .order_by(waitlist.c.created_at, waitlist.c.id)
)


class WaitlistRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: WaitlistEntry, spaces: Collection[UUID], claim: TimeRange) -> None:
        place = {"spaces": list(spaces), "during": Range(claim.start, claim.end)}
        self._connection.execute(insert(waitlist), FIELDS.values(entry) | place)

    def live(self, customer_id: UUID) -> list[WaitlistEntry]:
        self._connection.execute(LOCK, {"customer_id": str(customer_id)})
        mine = select(waitlist).where(waitlist.c.customer_id == customer_id, waitlist.c.status.in_(LIVE))
        return [_entry(row) for row in self._connection.execute(mine)]

    def get(self, entry_id: UUID, *, lock: bool = False) -> WaitlistEntry:
        query = select(waitlist).where(waitlist.c.id == entry_id)
        row = one(self._connection, locked(query, lock=lock), WaitlistEntryNotFoundError(entry_id=str(entry_id)))
        return _entry(row)

    def page(self, customer_id: UUID | None, after: Cursor | None, limit: int) -> list[WaitlistEntry]:
        columns = waitlist.c
        query = select(waitlist).order_by(columns.created_at.desc(), columns.id).limit(limit)
        if customer_id:
            query = query.where(columns.customer_id == customer_id)
        if after:
            query = query.where(behind(after, columns.created_at, columns.id))
        return [_entry(row) for row in self._connection.execute(query)]

    def waiting_for(self, hall_id: UUID) -> list[WaitlistEntry]:
        request = waitlist.c.request
        named = (request["hall_id"].astext == str(hall_id)) | request["also_hall_ids"].has_key(str(hall_id))
        query = select(waitlist).where(waitlist.c.status == "waiting", named).with_for_update(key_share=True)
        return [_entry(row) for row in self._connection.execute(query)]

    def place(self, entry_id: UUID, spaces: Collection[UUID], claim: TimeRange) -> None:
        values = {"spaces": list(spaces), "during": Range(claim.start, claim.end)}
        self._connection.execute(update(waitlist).where(waitlist.c.id == entry_id).values(**values))

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        touched = select(func.unnest(waitlist.c.spaces)).where(
            waitlist.c.status == "waiting", _touches(spaces, stretches)
        )
        return frozenset(self._connection.execute(touched.distinct()).scalars())

    def waiting(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> list[Waiting]:
        return self._take(SERVABLE.where(_touches(spaces, stretches)))

    def servable(self, now: datetime, after: Cursor | None, limit: int) -> list[Waiting]:
        ready = not_put_off(delivery.failures, OFFER_WAITLIST, waitlist.c.id, now)
        query = SERVABLE.where(_starts > now, ready).limit(limit)
        if after:
            query = query.where(ahead_of(after, waitlist.c.created_at, waitlist.c.id))
        return [_waiting(row) for row in self._connection.execute(query)]

    def take(self, entry_id: UUID) -> Waiting | None:
        found = self._take(SERVABLE.where(waitlist.c.id == entry_id))
        return found[0] if found else None

    def lapse(self, now: datetime, limit: int) -> int:
        late = select(waitlist.c.id).where(waitlist.c.status == "waiting", _starts <= now).limit(limit)
        which = waitlist.c.id.in_(late.with_for_update(key_share=True, skip_locked=True))
        return self._connection.execute(update(waitlist).where(which).values(status="lapsed")).rowcount

    def set_status(self, entry_id: UUID, status: WaitlistStatus, booking_id: UUID | None = None) -> None:
        offered = {"booking_id": booking_id} if booking_id else {}
        statement = update(waitlist).where(waitlist.c.id == entry_id).values(status=status, **offered)
        self._connection.execute(statement)

    def settle(self, booking_id: UUID, status: WaitlistStatus) -> None:
        values = {"offered": booking_id, "outcome": status}
        self._connection.execute(SETTLE, values, execution_options=DEFERRED)

    def erase(self, customer_id: UUID, _at: datetime) -> None:
        """Remove comments and birthdays, and withdraw what the person still waits for."""
        own = waitlist.c.customer_id == customer_id
        silent = {"request": waitlist.c.request.op("-")(literal(["comment", "birthday"], ARRAY(Text)))}
        self._connection.execute(update(waitlist).where(own).values(silent))
        self._connection.execute(update(waitlist).where(own, waitlist.c.status == "waiting").values(status="withdrawn"))

    def _take(self, query: Select[Any]) -> list[Waiting]:
        # An entry that another transaction has locked is offered by that one.
        rows = self._connection.execute(query.with_for_update(key_share=True, skip_locked=True, of=waitlist))
        return [_waiting(row) for row in rows]


def _touches(spaces: Collection[UUID], stretches: Collection[TimeRange]) -> ColumnElement[bool]:
    ranges = MultiRange(Range(stretch.start, stretch.end) for stretch in stretches)
    overlaps = waitlist.c.during.bool_op("&&")(cast(ranges, TSTZMULTIRANGE))
    return and_(waitlist.c.spaces.overlap(list(spaces)), overlaps)


def _entry(row: Row[Any]) -> WaitlistEntry:
    return WaitlistEntry.model_validate(FIELDS.read(row))


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(_entry(row), frozenset(row.spaces), TimeRange(row.during.lower, row.during.upper))
