"""Contact details for other services, which store none."""

from collections.abc import Callable, Collection
from uuid import UUID

from gateway.contacts.ports import Work
from shared_schemas.accounts import Person
from shared_schemas.search.people import PeopleSearch, Wish


class Contacts:
    """Tell how people are reached."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def of(self, ids: Collection[UUID]) -> list[Person]:
        """Of all who are there, in any order; whoever is not in the answer was erased, or never was."""
        with self._unit_of_work() as work:
            return work.contacts.of(ids)

    def search(self, request: PeopleSearch) -> list[Person]:
        """Some who match, by name; nobody where there is too little to look for."""
        wish = Wish.of(request.q)
        if wish is None:
            return []
        with self._unit_of_work() as work:
            return sorted(work.contacts.search(wish, request.limit), key=lambda found: (found.full_name, found.id))
