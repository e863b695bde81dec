"""Routes of bookings that belong together: several halls or visits, and series."""

from uuid import UUID

from booking import wiring
from booking.api import api
from booking.errors import BookingNotFoundError, HallNotFoundError, OverrideNotAllowedError, VisitBegunError
from booking.errors_customers import (
    AccountsUnavailableError,
    CustomerBlockedError,
    RulesNotAcceptedError,
    UnknownCustomerError,
)
from booking.errors_groups import (
    BookingGroupNotFoundError,
    GroupOverError,
    VisitsRefusedError,
    VisitsTakenError,
)
from booking.errors_limits import TooManyHoldsError
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, Identity
from shared_schemas.booking import BookingGroup, GroupCancelRequest, GroupRequest, GroupShiftRequest
from shared_schemas.errors import RuleViolationError

BOOKING = [
    AccountsUnavailableError, CustomerBlockedError, HallNotFoundError, OverrideNotAllowedError, RuleViolationError,
    RulesNotAcceptedError,
    TooManyHoldsError, UnknownCustomerError, VisitsRefusedError, VisitsTakenError,
]  # fmt: skip
CHANGING = [BookingGroupNotFoundError, BookingNotFoundError, GroupOverError, OverrideNotAllowedError]


@api.endpoint("POST /v1/booking-groups", body_limit=256 * 1024, status=201, allow=CLIENTS, errors=BOOKING)
def create_booking_group(body: GroupRequest, identity: Identity, key: IdempotencyKey | None) -> BookingGroup:
    """Book several visits at once, each as its own booking: all of them or none, or the free ones, as asked."""
    wiring.known_customers().require(body.customer_id, identity)
    return wiring.groups().create(body, identity, key)


@api.endpoint("GET /v1/booking-groups/{group_id}", allow=CLIENTS, errors=[BookingGroupNotFoundError])
def get_booking_group(group_id: UUID, identity: Identity) -> BookingGroup:
    """Bookings that were made together."""
    return wiring.groups().get(group_id, identity)


@api.endpoint("POST /v1/booking-groups/{group_id}/cancel", allow=CLIENTS, errors=[*CHANGING, VisitBegunError])
def cancel_booking_group(
    group_id: UUID, body: GroupCancelRequest, identity: Identity, key: IdempotencyKey | None
) -> BookingGroup:
    """Call off what is still to come of a group, or the bookings named, each by its own terms."""
    return wiring.groups().cancel(group_id, body, identity, key)


@api.endpoint(
    "POST /v1/booking-groups/{group_id}/shift",
    allow=CLIENTS,
    errors=[*CHANGING, RuleViolationError, VisitsRefusedError, VisitsTakenError],
)
def shift_booking_group(
    group_id: UUID, body: GroupShiftRequest, identity: Identity, key: IdempotencyKey | None
) -> BookingGroup:
    """Move what is still to come of a group, or the bookings named, by the wall clock: all of them or none."""
    return wiring.groups().shift(group_id, body, identity, key)
