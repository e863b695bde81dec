"""Routes of bookings that belong together: several halls or visits, and series."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.bookings.errors import BookingNotFoundError, TooManyHoldsError, VisitBegunError
from booking.customers.errors import (
    AccountsUnavailableError,
    CustomerBlockedError,
    RulesNotAcceptedError,
    UnknownCustomerError,
)
from booking.errors import OverrideNotAllowedError
from booking.groups.errors import BookingGroupNotFoundError, GroupOverError, VisitsRefusedError, VisitsTakenError
from booking.halls.errors import HallNotFoundError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.groups import (
    BookingGroup,
    GroupCancelRequest,
    GroupPaymentTerms,
    GroupRequest,
    GroupShiftRequest,
)
from shared_schemas.errors import RuleViolationError

BOOKING = [
    AccountsUnavailableError, CustomerBlockedError, HallNotFoundError, OverrideNotAllowedError, RuleViolationError,
    RulesNotAcceptedError,
    TooManyHoldsError, UnknownCustomerError, VisitsRefusedError, VisitsTakenError,
]  # fmt: skip
CHANGING = [BookingGroupNotFoundError, BookingNotFoundError, GroupOverError, OverrideNotAllowedError]


@api.endpoint("POST /v1/booking-groups", body_limit=256 * 1024, status=201, errors=BOOKING)
def create_booking_group(body: GroupRequest, identity: Identity, key: IdempotencyKey | None) -> BookingGroup:
    """Book several visits at once, each as its own booking. `mode` says whether all or only the free ones."""
    composition.app().known_customers.require(body.customer_id, identity)
    return composition.app().groups.create(body, identity, key)


@api.endpoint("GET /v1/booking-groups/{group_id}", errors=[BookingGroupNotFoundError])
def get_booking_group(group_id: UUID, identity: Identity) -> BookingGroup:
    """Bookings that were made together."""
    return composition.app().groups.get(group_id, identity)


@api.endpoint("GET /v1/booking-groups/{group_id}/payment-terms", errors=[BookingGroupNotFoundError])
def get_group_payment_terms(group_id: UUID) -> GroupPaymentTerms:
    """What may be charged for each visit of a group, and until when it is held. Only the payment service asks."""
    return composition.app().groups.payment_terms(group_id)


@api.endpoint("POST /v1/booking-groups/{group_id}/cancel", errors=[*CHANGING, VisitBegunError])
def cancel_booking_group(
    group_id: UUID, body: GroupCancelRequest, identity: Identity, key: IdempotencyKey | None
) -> BookingGroup:
    """Cancel the future bookings of a group, or those named, each by its own terms."""
    return composition.app().groups.cancel(group_id, body, identity, key)


@api.endpoint(
    "POST /v1/booking-groups/{group_id}/shift",
    errors=[*CHANGING, RuleViolationError, VisitsRefusedError, VisitsTakenError],
)
def shift_booking_group(
    group_id: UUID, body: GroupShiftRequest, identity: Identity, key: IdempotencyKey | None
) -> BookingGroup:
    """Move the future bookings of a group, or those named, by the same local time: all of them or none."""
    return composition.app().groups.shift(group_id, body, identity, key)
