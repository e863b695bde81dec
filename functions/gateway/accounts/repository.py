"""SQL for the accounts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, func, insert, select, text, update

from core.postgres.rows import one, unique
from core.postgres.stored_fields import StoredFields
from gateway.accounts.domain import User
from gateway.accounts.errors import AccountNotFoundError, EmailTakenError, PhoneTakenError
from gateway.tables import consents, users
from shared_schemas.accounts import Contact
from shared_schemas.common import Role

FIELDS = StoredFields(User, users)
NAMED = ("id", "email", "phone", "full_name", "locale")
ADVERTISING = exists().where(
    consents.c.user_id == users.c.id, consents.c.document == "advertising", consents.c.revoked_at.is_(None)
)
CONTACT = [
    *(users.c[name] for name in NAMED),
    *(users.c[f"{name}_at"].is_not(None).label(name) for name in ("email_confirmed", "phone_confirmed")),
    ADVERTISING.label("advertising"),
]
ERASED = dict.fromkeys(("email", "phone", "password_hash", "email_confirmed_at", "phone_confirmed_at")) | {
    "full_name": ""
}


class UserRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User) -> None:
        with unique("users_account_email_key", EmailTakenError()), unique("users_phone_key", PhoneTakenError()):
            self._connection.execute(insert(users).values(**FIELDS.values(user)))

    def get(self, user_id: UUID, *, locked: bool = False) -> User:
        found = _living().where(users.c.id == user_id)
        query = found.with_for_update() if locked else found
        row = one(self._connection, query, AccountNotFoundError(account_id=str(user_id)))
        return _user(row)

    def is_known(self, user_id: UUID) -> bool:
        known = (users.c.id == user_id) & users.c.erased_at.is_(None) & users.c.joined_to.is_(None)
        return self._connection.execute(select(users.c.id).where(known)).one_or_none() is not None

    def contact(self, user_id: UUID) -> Contact:
        query = select(*CONTACT).where(users.c.id == _owner(user_id), users.c.erased_at.is_(None))
        row = one(self._connection, query, AccountNotFoundError(account_id=str(user_id)))
        return Contact.model_validate(dict(row._mapping))

    def by_email(self, email: str, *, locked: bool = False) -> User | None:
        return self._one(_living().where(users.c.email == email), locked=locked)

    def by_phone(self, phone: str, *, locked: bool = False) -> User | None:
        proven = (users.c.phone == phone) & users.c.phone_confirmed_at.is_not(None)
        return self._one(_living().where(proven), locked=locked)

    def update(self, user: User) -> None:
        values = FIELDS.values(user, but=["id", "created_at"])
        with unique("users_account_email_key", EmailTakenError()), unique("users_phone_key", PhoneTakenError()):
            self._connection.execute(update(users).where(users.c.id == user.id).values(**values))

    def erase(self, user_id: UUID, at: datetime) -> list[UUID]:
        living = ((users.c.id == user_id) | (users.c.joined_to == user_id)) & users.c.erased_at.is_(None)
        erased = update(users).where(living).values(erased_at=at, **ERASED).returning(users.c.id)
        ids = list(self._connection.execute(erased).scalars())
        if user_id not in ids:
            raise AccountNotFoundError(account_id=str(user_id))
        return ids

    def client(self, user_id: UUID) -> UUID:
        # A guest's own row says nothing of whom it belongs to: that one may be an administrator.
        client = (users.c.id == _owner(user_id)) & (users.c.role == Role.CLIENT.value) & users.c.erased_at.is_(None)
        nobody = AccountNotFoundError(account_id=str(user_id))
        return UUID(str(one(self._connection, select(users.c.id).where(client), nobody).id))

    def has_admin(self) -> bool:
        # Two concurrent bootstraps must not both find none.
        self._connection.execute(text("LOCK TABLE gateway.users IN SHARE ROW EXCLUSIVE MODE"))
        admins = _living().where(users.c.role == Role.ADMIN.value).limit(1)
        return self._connection.execute(admins).one_or_none() is not None

    def staff(self) -> list[User]:
        found = _living().where(users.c.role != Role.CLIENT.value).order_by(users.c.full_name, users.c.id)
        return [_user(row) for row in self._connection.execute(found)]

    def working_admins(self) -> set[UUID]:
        working = (users.c.role == Role.ADMIN.value) & users.c.erased_at.is_(None) & users.c.disabled_at.is_(None)
        # In one order, so that two who ask wait for each other and do not deadlock.
        found = select(users.c.id).where(working).order_by(users.c.id).with_for_update()
        return set(self._connection.scalars(found))

    def _one(self, found: Any, *, locked: bool) -> User | None:
        row = self._connection.execute(found.with_for_update() if locked else found).one_or_none()
        return _user(row) if row else None


def _living() -> Any:
    """Accounts: whatever is asked of them, no guest is found."""
    return select(users).where(users.c.erased_at.is_(None), ~users.c.guest)


def _owner(user_id: UUID) -> Any:
    """A guest who joined an account is its owner; everybody else is their own."""
    owner = func.coalesce(users.c.joined_to, users.c.id)
    return select(owner).where(users.c.id == user_id).scalar_subquery()


def _user(row: Row[Any]) -> User:
    return User(**{**FIELDS.read(row), "role": Role(row.role)})
