"""All SQL of the API keys, but for the authoriser's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, text, update

from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from gateway.api_keys.domain import Key
from gateway.api_keys.errors import ApiKeyNotFoundError
from gateway.tables import api_keys, users
from shared_schemas.api_keys import ApiKey, KeyMaker

FIELDS = StoredFields(Key, api_keys)
MAKER = (users.c.full_name, users.c.erased_at, users.c.disabled_at)


class ApiKeyRepository:
    """Keys, in use and over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: Key) -> None:
        self._connection.execute(insert(api_keys).values(**FIELDS.values(key)))

    def all(self) -> list[ApiKey]:
        newest_first = _with_makers().order_by(api_keys.c.created_at.desc(), api_keys.c.id)
        return [_shown(row) for row in self._connection.execute(newest_first)]

    def shown(self, key_id: UUID) -> ApiKey:
        return _shown(one(self._connection, _with_makers().where(api_keys.c.id == key_id), _missing(key_id)))

    def locked(self, key_id: UUID) -> Key:
        found = select(api_keys).where(api_keys.c.id == key_id).with_for_update()
        return Key(**FIELDS.read(one(self._connection, found, _missing(key_id))))

    def put(self, key: Key) -> None:
        # When it was used, the authoriser alone writes down.
        values = FIELDS.values(key, but=["id", "digest", "created_by", "created_at", "used_at"])
        self._connection.execute(update(api_keys).where(api_keys.c.id == key.id).values(**values))

    def in_use(self, now: datetime) -> int:
        # Two administrators at once must not both make the last one.
        self._connection.execute(text("LOCK TABLE gateway.api_keys IN SHARE ROW EXCLUSIVE MODE"))
        usable = api_keys.c.revoked_at.is_(None) & (api_keys.c.expires_at > now)
        return self._connection.scalar(select(func.count()).where(usable)) or 0


def _with_makers() -> Any:
    return select(*api_keys.c, *MAKER).join_from(api_keys, users, api_keys.c.created_by == users.c.id)


def _missing(key_id: UUID) -> ApiKeyNotFoundError:
    return ApiKeyNotFoundError(api_key_id=str(key_id))


def _shown(row: Any) -> ApiKey:
    key = Key(**FIELDS.read(row))
    active = row.erased_at is None and row.disabled_at is None
    maker = KeyMaker(id=key.created_by, full_name=row.full_name or None, active=active)
    own = {name: getattr(key, name) for name in ApiKey.model_fields if name != "created_by"}
    return ApiKey(**own, created_by=maker)
