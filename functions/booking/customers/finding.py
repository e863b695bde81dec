"""Customers as staff look for them: the gateway knows names and addresses, and what they booked is known here."""

from collections.abc import Callable, Sequence
from uuid import UUID

from booking.customers.errors import AccountsUnavailableError, CustomerNotFoundError
from booking.customers.ports import Accounts, Work
from core.clock import Clock
from core.observability import logger
from shared_schemas.accounts import Person
from shared_schemas.booking.customers import CustomerCard, CustomersFound, CustomersQuery, FoundCustomer, Visits
from shared_schemas.search.people import Wish, number_in

NOTHING = Visits()


class Finding:
    """Find customers, and show one with all that is known."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, accounts: Accounts) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._accounts = accounts

    def find(self, query: CustomersQuery) -> CustomersFound:
        """Whoever booked under this number first, then those who match, by name.

        `AccountsUnavailableError`: without names there is nothing to show."""
        people = self._booked(query.q)
        if Wish.of(query.q):
            known = {person.id for person in people}
            matching = self._accounts.search(query.q, query.limit + 1)
            people += [person for person in matching if person.id not in known]
        return CustomersFound(data=self._with_visits(people[: query.limit]), more=len(people) > query.limit)

    def card(self, customer_id: UUID) -> CustomerCard:
        """Without contact details where the gateway does not answer, and it says so.

        `CustomerNotFoundError`; `AccountsUnavailableError` if only the gateway could tell whether there is such a
        customer."""
        with self._unit_of_work() as work:
            customer, totals = work.customers.get(customer_id), work.bookings.totals(customer_id)
            visits = work.visits.of([customer_id], self._clock.now()).get(customer_id, NOTHING)
        people, is_known = list[Person](), bool(totals.bookings or customer.erased_at)
        try:
            people, contacts = self._accounts.contacts([customer_id]), "complete"
        except AccountsUnavailableError:
            if not is_known:
                raise
            logger.warning("A customer is shown without a name: the gateway does not answer")
            contacts = "unavailable"
        if not people and not is_known:
            raise CustomerNotFoundError(customer_id=str(customer_id))
        known = dict(customer) | {"bookings": totals.bookings, "spent": totals.spent}
        return CustomerCard(**known, contact=next(iter(people), None), contacts=contacts, visits=visits)

    def _booked(self, text: str) -> list[Person]:
        number = number_in(text)
        if number is None:
            return []
        with self._unit_of_work() as work:
            customer_id = work.visits.customer_of(number)
        return self._accounts.contacts([customer_id]) if customer_id else []

    def _with_visits(self, people: Sequence[Person]) -> list[FoundCustomer]:
        ids = [person.id for person in people]
        with self._unit_of_work() as work:
            visits, standings = work.visits.of(ids, self._clock.now()), work.customers.standings(ids)
        found = []
        for person in people:
            no_shows, blocked = standings.get(person.id, (0, False))
            own = visits.get(person.id, NOTHING)
            found.append(FoundCustomer(**dict(person), visits=own, no_shows=no_shows, blocked=blocked))
        return found
