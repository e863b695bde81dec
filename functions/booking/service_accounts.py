"""Whom staff book for is somebody: accounts are the gateway's, and it is asked before any transaction begins."""

from uuid import UUID

from booking.errors_customers import CustomerNotFoundError, UnknownCustomerError
from booking.ports_customers import Accounts
from core.identity import Identity


class KnownCustomers:
    """Refuse what is for nobody, and for whoever was forgotten."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def require(self, customer_id: UUID | None, caller: Identity) -> None:
        """The customer that a request names; who books for themselves is known by their token."""
        if customer_id is None or not caller.is_staff or str(customer_id) == caller.subject:
            return
        if not self._accounts.exists(customer_id):
            raise UnknownCustomerError(customer_id=str(customer_id))

    def require_found(self, customer_id: UUID) -> None:
        """The customer that a path names."""
        if not self._accounts.exists(customer_id):
            raise CustomerNotFoundError(customer_id=str(customer_id))
