"""Routes of the studio's terms, and of what it knows of its customers."""

from uuid import UUID

from booking import wiring
from booking.api import api
from booking.errors_customers import AccountsUnavailableError, CustomerNotFoundError
from core.idempotency import IdempotencyKey
from core.identity import STAFF, Identity
from shared_schemas.booking import (
    BlockRequest,
    Customer,
    Note,
    NoteRequest,
    Policy,
    PolicyRequest,
    PrepaymentRequest,
)
from shared_schemas.errors import RuleViolationError


@api.endpoint("GET /v1/policy")
def get_policy() -> Policy:
    """The studio's terms in force: refunds, rescheduling, prepayment, rules to accept."""
    return wiring.policies().current()


@api.endpoint("PUT /v1/policy", allow=STAFF, errors=[RuleViolationError])
def replace_policy(body: PolicyRequest, identity: Identity) -> Policy:
    """Put new terms in force, for bookings made from now on."""
    return wiring.policies().replace(body, identity)


NAMED = [AccountsUnavailableError, CustomerNotFoundError]


@api.endpoint("GET /v1/customers/{customer_id}", allow=STAFF, errors=NAMED)
def get_customer(customer_id: UUID) -> Customer:
    """What the studio knows of a customer; the bookings themselves: GET /v1/bookings?customer_id=."""
    customer = wiring.customers().get(customer_id)
    if not customer.bookings and customer.erased_at is None:
        # Who never booked may still be somebody; who was forgotten keeps a history.
        wiring.known_customers().require_found(customer_id)
    return customer


@api.endpoint("POST /v1/customers/{customer_id}/notes", status=201, allow=STAFF, errors=NAMED)
def add_customer_note(customer_id: UUID, body: NoteRequest, identity: Identity, key: IdempotencyKey | None) -> Note:
    """Write down what colleagues should know; customers never see it."""
    wiring.known_customers().require_found(customer_id)
    return wiring.customers().add_note(customer_id, body, identity, key)


@api.endpoint("PUT /v1/customers/{customer_id}/block", allow=STAFF, errors=NAMED)
def block_customer(customer_id: UUID, body: BlockRequest) -> Customer:
    """Take no more bookings of a customer; the reason is for staff alone."""
    wiring.known_customers().require_found(customer_id)
    return wiring.customers().block(customer_id, body)


@api.endpoint("DELETE /v1/customers/{customer_id}/block", allow=STAFF, errors=NAMED)
def unblock_customer(customer_id: UUID) -> Customer:
    """Take bookings of a customer again."""
    wiring.known_customers().require_found(customer_id)
    return wiring.customers().unblock(customer_id)


@api.endpoint("PUT /v1/customers/{customer_id}/prepayment", allow=STAFF, errors=NAMED)
def set_customer_prepayment(customer_id: UUID, body: PrepaymentRequest) -> Customer:
    """Ask a share of the total in advance of this customer, or go back to the policy's."""
    wiring.known_customers().require_found(customer_id)
    return wiring.customers().set_prepayment(customer_id, body)
