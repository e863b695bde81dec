"""Routes of the studio's terms, and of what it knows of its customers."""

from uuid import UUID

from booking import wiring
from booking.api import api
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


@api.endpoint("GET /v1/customers/{customer_id}", allow=STAFF)
def get_customer(customer_id: UUID) -> Customer:
    """What the studio knows of a customer; the bookings themselves: GET /v1/bookings?customer_id=."""
    return wiring.customers().get(customer_id)


@api.endpoint("POST /v1/customers/{customer_id}/notes", status=201, allow=STAFF)
def add_customer_note(customer_id: UUID, body: NoteRequest, identity: Identity, key: IdempotencyKey | None) -> Note:
    """Write down what colleagues should know; customers never see it."""
    return wiring.customers().add_note(customer_id, body, identity, key)


@api.endpoint("PUT /v1/customers/{customer_id}/block", allow=STAFF)
def block_customer(customer_id: UUID, body: BlockRequest) -> Customer:
    """Take no more bookings of a customer; the reason is for staff alone."""
    return wiring.customers().block(customer_id, body)


@api.endpoint("DELETE /v1/customers/{customer_id}/block", allow=STAFF)
def unblock_customer(customer_id: UUID) -> Customer:
    """Take bookings of a customer again."""
    return wiring.customers().unblock(customer_id)


@api.endpoint("PUT /v1/customers/{customer_id}/prepayment", allow=STAFF)
def set_customer_prepayment(customer_id: UUID, body: PrepaymentRequest) -> Customer:
    """Ask a share of the total in advance of this customer, or go back to the policy's."""
    return wiring.customers().set_prepayment(customer_id, body)
