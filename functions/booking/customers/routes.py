"""Routes of what the studio knows of its customers."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.customers.errors import AccountsUnavailableError, CustomerNotFoundError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.customers import (
    BlockRequest,
    Customer,
    CustomerCard,
    CustomersFound,
    CustomersQuery,
    Note,
    NoteRequest,
    PrepaymentRequest,
)

NAMED = [AccountsUnavailableError, CustomerNotFoundError]


@api.endpoint("GET /v1/customers", errors=[AccountsUnavailableError])
def find_customers(query: CustomersQuery) -> CustomersFound:
    """Look for customers by a part of their phone, name or e-mail, or by the number of a booking."""
    return composition.app().finding.find(query)


@api.endpoint("GET /v1/customers/{customer_id}", errors=NAMED)
def get_customer(customer_id: UUID) -> CustomerCard:
    """What the studio knows about a customer. The bookings are at GET /v1/bookings?customer_id=."""
    return composition.app().finding.card(customer_id)


@api.endpoint("POST /v1/customers/{customer_id}/notes", status=201, errors=NAMED)
def add_customer_note(customer_id: UUID, body: NoteRequest, identity: Identity, key: IdempotencyKey | None) -> Note:
    """Add a note for colleagues; customers never see it."""
    composition.app().known_customers.require_found(customer_id)
    return composition.app().customers.add_note(customer_id, body, identity, key)


@api.endpoint("PUT /v1/customers/{customer_id}/block", errors=NAMED)
def block_customer(customer_id: UUID, body: BlockRequest) -> Customer:
    """Block a customer from booking; only staff see the reason."""
    composition.app().known_customers.require_found(customer_id)
    return composition.app().customers.block(customer_id, body)


@api.endpoint("DELETE /v1/customers/{customer_id}/block", errors=NAMED)
def unblock_customer(customer_id: UUID) -> Customer:
    """Let a blocked customer book again."""
    composition.app().known_customers.require_found(customer_id)
    return composition.app().customers.unblock(customer_id)


@api.endpoint("PUT /v1/customers/{customer_id}/prepayment", errors=NAMED)
def set_customer_prepayment(customer_id: UUID, body: PrepaymentRequest) -> Customer:
    """Set this customer's prepayment share, or return to the policy's."""
    composition.app().known_customers.require_found(customer_id)
    return composition.app().customers.set_prepayment(customer_id, body)
