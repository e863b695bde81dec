"""What the use cases of contacts need of the outside."""

from collections.abc import Collection
from typing import Any, Protocol, Self
from uuid import UUID

from shared_schemas.accounts import Person
from shared_schemas.search.people import Wish


class Contacts(Protocol):
    def of(self, ids: Collection[UUID]) -> list[Person]:
        """Of those who are there; nobody who was erased is."""

    def search(self, wish: Wish, limit: int) -> list[Person]:
        """Some who match, in any order: those with an account, and guests whose bookings stand."""


class Work(Protocol):
    """One transaction."""

    @property
    def contacts(self) -> Contacts: ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
