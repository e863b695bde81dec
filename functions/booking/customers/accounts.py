"""Customers named by staff must exist: the gateway, which has the accounts, is asked before any transaction begins."""

from collections.abc import Callable
from uuid import UUID

from booking.customers.errors import CustomerNotFoundError, UnknownCustomerError
from booking.customers.ports import Accounts
from core.identity import Identity
from core.ports import Transaction


class KnownCustomers:
    """Refuse bookings for customers who do not exist or were erased."""

    def __init__(self, accounts: Accounts, unit_of_work: Callable[[], Transaction]) -> None:
        self._accounts = accounts
        self._unit_of_work = unit_of_work

    def require(self, customer_id: UUID | None, caller: Identity) -> None:
        """Check the customer that a request names; clients who book for themselves are known by their token.

        `UnknownCustomerError`; `AccountsUnavailableError` if the gateway does not answer."""
        if customer_id is None or not caller.is_staff or str(customer_id) == caller.subject:
            return
        if not self._accounts.exists(customer_id):
            raise UnknownCustomerError(customer_id=str(customer_id))

    def require_found(self, customer_id: UUID) -> None:
        """Check the customer that a path names: `CustomerNotFoundError`; `AccountsUnavailableError` if the gateway does
        not answer."""
        if not self._accounts.exists(customer_id):
            raise CustomerNotFoundError(customer_id=str(customer_id))

    def note_disclosure(self) -> None:
        """All that is kept of a customer goes to one of the staff: the line of the trail, and nothing else."""
        with self._unit_of_work() as work:
            work.commit()
