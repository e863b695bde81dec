"""All SQL of counted calls."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from core.postgres.database import ALONE
from core.postgres.tables import Timestamp


class CallCounts:
    """Each call is one statement in a transaction of its own: it counts whatever becomes of the request."""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        now, cost, latest = (bindparam(name, type_=Timestamp) for name in ("now", "cost", "latest"))
        later = func.greatest(table.c.free_at, now) + (cost - now)
        # Made once: to put it together costs as much as to run it.
        self._charge = (
            insert(table)
            .values(key=bindparam("key"), free_at=cost)
            .on_conflict_do_update(index_elements=[table.c.key], set_={"free_at": later}, where=later <= latest)
            .returning(table.c.free_at)
        )
        self._find = select(table.c.free_at).where(table.c.key == bindparam("key"))

    def charge(self, key: str, cost: timedelta, window: timedelta, now: datetime) -> datetime | None:
        return self._one(self._charge, {"key": key, "now": now, "cost": now + cost, "latest": now + window})

    def free_at(self, key: str) -> datetime | None:
        return self._one(self._find, {"key": key})

    def _one(self, statement: Any, values: dict[str, Any]) -> datetime | None:
        with self._engine.begin() as connection:
            found: datetime | None = connection.execute(statement, values, execution_options=ALONE).scalar_one_or_none()
        return found
