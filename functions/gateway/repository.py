"""All SQL of the accounts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from core.database import constraint
from core.unit_of_work import UnitOfWork
from gateway.domain import User
from gateway.errors import AccountNotFoundError, EmailTakenError
from gateway.tables import users
from shared_schemas.common import Role

ERASED = {"email": "", "phone": "", "full_name": "", "password_hash": ""}


class GatewayUnitOfWork(UnitOfWork):
    """A transaction on the accounts."""

    users: "UserRepository"

    def _open(self) -> None:
        self.users = UserRepository(self.connection)


class UserRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User) -> None:
        try:
            self._connection.execute(insert(users).values(**vars(user)))
        except IntegrityError as error:
            if constraint(error) == "users_email_key":
                raise EmailTakenError from error
            raise

    def get(self, user_id: UUID) -> User:
        row = self._connection.execute(_living().where(users.c.id == user_id)).one_or_none()
        if row is None:
            raise AccountNotFoundError(account_id=str(user_id))
        return _user(row)

    def by_email(self, email: str) -> User | None:
        row = self._connection.execute(_living().where(users.c.email == email)).one_or_none()
        return _user(row) if row else None

    def update(self, user: User) -> None:
        values = {"phone": user.phone, "full_name": user.full_name, "locale": user.locale}
        self._connection.execute(update(users).where(users.c.id == user.id).values(**values))

    def erase(self, user_id: UUID, at: datetime) -> None:
        living = (users.c.id == user_id) & users.c.erased_at.is_(None)
        if self._connection.execute(update(users).where(living).values(erased_at=at, **ERASED)).rowcount == 0:
            raise AccountNotFoundError(account_id=str(user_id))

    def has_admin(self) -> bool:
        # Two bootstraps at once must not both find none.
        self._connection.execute(text("LOCK TABLE gateway.users IN SHARE ROW EXCLUSIVE MODE"))
        admins = _living().where(users.c.role == Role.ADMIN.value).limit(1)
        return self._connection.execute(admins).one_or_none() is not None


def _living() -> Any:
    return select(users).where(users.c.erased_at.is_(None))


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        email=row.email,
        phone=row.phone,
        full_name=row.full_name,
        locale=row.locale,
        role=Role(row.role),
        password_hash=row.password_hash,
        consented_at=row.consented_at,
        created_at=row.created_at,
    )
