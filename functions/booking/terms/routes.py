"""Routes of the studio's terms."""

from booking import composition
from booking.api import api
from booking.customers.errors import PolicyChangedError
from booking.halls.errors import HallNotFoundError
from core.identity import Identity
from shared_schemas.booking.policy import Policy, PolicyReplacement
from shared_schemas.errors import RuleViolationError


@api.endpoint("GET /v1/policy")
def get_policy() -> Policy:
    """The studio's terms in force: refunds, rescheduling, prepayment, rules to accept, other terms for some visits."""
    return composition.app().policies.current()


@api.endpoint("PUT /v1/policy", errors=[HallNotFoundError, PolicyChangedError, RuleViolationError])
def replace_policy(body: PolicyReplacement, identity: Identity) -> Policy:
    """Put new terms in force, for bookings made from now on. All terms are required: none is reset silently. Rules for
    some visits stay where `rules` is absent."""
    return composition.app().policies.replace(body, identity, body.version)
