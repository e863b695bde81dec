"""The route by which staff merge two customers who are one person."""

from uuid import UUID

from gateway import composition
from gateway.accounts.errors import AccountNotFoundError
from gateway.api import api
from gateway.guests.errors import NotAGuestError
from shared_schemas.accounts import MergeRequest, Person


@api.endpoint("POST /v1/customers/{customer_id}/merge", errors=[AccountNotFoundError, NotAGuestError])
def merge_customer(customer_id: UUID, body: MergeRequest) -> Person:
    """Give an account all that somebody without one has booked: both are one person. It cannot be undone."""
    return composition.app().merging.merge(customer_id, body.into)
