"""SQL for contact details of many people, and for people of whom only a part is known."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, any_, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from core.postgres.word_search import WordSearch
from gateway.tables import users
from shared_schemas.accounts import Person
from shared_schemas.search.people import Wish

# Whoever joined an account is its owner.
ASKED, OWNER = users.alias("asked"), users.alias("owner")
CONTACTS = (
    select(ASKED.c.id, OWNER.c.full_name, OWNER.c.phone, OWNER.c.email)
    .join(OWNER, OWNER.c.id == func.coalesce(ASKED.c.joined_to, ASKED.c.id))
    .where(OWNER.c.erased_at.is_(None))
)
# Bounds rather than LIKE, which is looked up in an index only where its text is known when it is planned. Each is
# written as its index says it, and read in the order of that: whoever seeks few people among a million by what fits
# hardly anybody would otherwise read all of them, as PostgreSQL expects to come upon some soon.
KNOWN = "erased_at IS NULL AND joined_to IS NULL AND (NOT guest OR booked_at IS NOT NULL)"
FOUND = f"""
(SELECT id, full_name, phone, email FROM gateway.users
  WHERE {{}} AND {KNOWN} {{}} LIMIT :limit)
"""  # noqa: S608 - nothing of a caller's
TAIL = FOUND.format("reverse(phone) ~>=~ :first AND reverse(phone) ~<~ :last", "ORDER BY reverse(phone) USING ~<~")
HEAD = FOUND.format("phone ~>=~ :head AND phone ~<~ :head_last", "ORDER BY phone USING ~<~")
SEARCHES = {
    "phone": f"SELECT * FROM ({TAIL} UNION {HEAD}) AS found LIMIT :limit",  # noqa: S608 - nothing of a caller's
    "email": FOUND.format("email ~>=~ :first AND email ~<~ :last", "ORDER BY email USING ~<~"),
}
NAME = "translate(lower(full_name), 'ё', 'е')"
NAMES = WordSearch(
    "gateway.users",
    f"to_tsvector('simple', {NAME})",
    [f"split_part({NAME}, ' ', {place})" for place in (1, 2, 3)],
    KNOWN,
)
BEYOND_ALL = "\U0010ffff"


class ContactRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, ids: Collection[UUID]) -> list[Person]:
        wanted = literal(list(ids), ARRAY(Uuid))
        return [_person(row) for row in self._connection.execute(CONTACTS.where(ASKED.c.id == any_(wanted)))]

    def search(self, wish: Wish, limit: int) -> list[Person]:
        if wish.by == "name":
            return self.of(NAMES.found(self._connection, wish.parts, limit))
        statement = text(SEARCHES[wish.by])
        return [_person(row) for row in self._connection.execute(statement, _bounds(wish) | {"limit": limit})]


def _bounds(wish: Wish) -> dict[str, str]:
    if wish.by == "email":
        return _between("first", "last", wish.parts[0])
    tail, head = wish.parts
    return _between("first", "last", tail[::-1]) | _between("head", "head_last", head)


def _between(first: str, last: str, beginning: str) -> dict[str, str]:
    return {first: beginning, last: beginning + BEYOND_ALL}


def _person(row: Any) -> Person:
    return Person.model_validate(dict(row._mapping))
