"""SQL of guests: users whom no query of accounts finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, false, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from gateway.consents.domain import NEEDED
from gateway.guests.domain import Guest, Known
from gateway.guests.errors import GuestNotFoundError
from gateway.tables import consents, users
from shared_schemas.channels import Channel
from shared_schemas.common import Role

FIELDS = StoredFields(Guest, users)
IS_GUEST = {"guest": True, "role": Role.CLIENT.value}
# A client of the studio has some; more are somebody's joke.
MOST_KNOWN = 200
ASKED, OWNER = users.alias("asked"), users.alias("owner")
KNOWN = (users.c.id, users.c.guest, users.c.full_name, users.c.email)


class GuestRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, guest: Guest) -> None:
        self._connection.execute(insert(users).values(**FIELDS.values(guest), **IS_GUEST))

    def get(self, guest_id: UUID) -> Guest:
        query = select(users).where(users.c.id == guest_id, _living_guest())
        return Guest(**FIELDS.read(one(self._connection, query, GuestNotFoundError(guest_id=str(guest_id)))))

    def with_phone(self, phone: str) -> list[Known]:
        query = select(*KNOWN, _is_sure().label("is_sure")).where(
            users.c.phone == phone,
            users.c.role == Role.CLIENT.value,
            users.c.erased_at.is_(None),
            users.c.joined_to.is_(None),
        )
        rows = self._connection.execute(query.order_by(users.c.created_at, users.c.id).limit(MOST_KNOWN))
        return [Known(row.id, not row.guest, row.full_name, row.email, row.is_sure) for row in rows]

    def addresses(self, person_id: UUID) -> dict[Channel, str]:
        columns = (users.c.guest, users.c.email, users.c.phone)
        query = select(*columns).where(users.c.id == person_id, users.c.joined_to.is_(None), _client(users))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return {}
        if row.guest:
            return {"email": "", "sms": ""}
        known: dict[Channel, str | None] = {"email": row.email, "sms": row.phone}
        return {channel: address for channel, address in known.items() if address}

    def holder(self, person_id: UUID) -> UUID | None:
        owner = OWNER.c.id == func.coalesce(ASKED.c.joined_to, ASKED.c.id)
        query = select(OWNER.c.id).join(ASKED, owner).where(ASKED.c.id == person_id, _client(OWNER))
        return self._connection.execute(query).scalar()

    def note_booking(self, guest_id: UUID, at: datetime) -> None:
        booked = func.coalesce(users.c.booked_at, at)
        self._connection.execute(update(users).where(users.c.id == guest_id, _living_guest()).values(booked_at=booked))

    def join(self, account_id: UUID, phone: str | None, email: str | None) -> Sequence[UUID]:
        # Of what is not known, nothing is equal to it: in SQL, whoever gave no e-mail would be.
        known = [column == value for column, value in ((users.c.phone, phone), (users.c.email, email)) if value]
        theirs = or_(false(), *known) & _living_guest() & users.c.booked_at.is_not(None) & users.c.joined_to.is_(None)
        joined = update(users).where(theirs).values(joined_to=account_id).returning(users.c.id)
        return self._connection.execute(joined).scalars().all()

    def join_by_word(self, account_id: UUID, guest_id: UUID) -> bool:
        mergeable = _living_guest() & users.c.booked_at.is_not(None) & users.c.joined_to.is_(None)
        joined = update(users).where(users.c.id == guest_id, mergeable).values(joined_to=account_id)
        return self._connection.execute(joined).rowcount == 1

    def share_consents(self, account_id: UUID, guest_ids: Sequence[UUID]) -> None:
        copied = (consents.c.document, consents.c.version, consents.c.given_at, consents.c.source, consents.c.network)
        given = (
            select(literal(account_id), *copied)
            .ext(distinct_on(consents.c.document, consents.c.version))
            .where(consents.c.user_id.in_(guest_ids), consents.c.document == NEEDED, consents.c.revoked_at.is_(None))
            .order_by(consents.c.document, consents.c.version, consents.c.given_at)
        )
        columns = ["user_id", *(column.name for column in copied)]
        self._connection.execute(upsert(consents).from_select(columns, given).on_conflict_do_nothing())


def _client(people: Any) -> Any:
    return (people.c.role == Role.CLIENT.value) & people.c.erased_at.is_(None) & people.c.disabled_at.is_(None)


def _living_guest() -> Any:
    return users.c.guest & users.c.erased_at.is_(None)


def _is_sure() -> Any:
    """Of a guest, staff were told the number; the owner of an account has proved to have it."""
    return users.c.by_staff | users.c.phone_confirmed_at.is_not(None)
