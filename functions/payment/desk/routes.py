"""Routes of the desk."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import HoldExpiredError
from payment.desk.errors import MoreThanDueError
from payment.paying.errors import (
    AmountOutOfRangeError,
    BookingNotFoundError,
    BookingNotPayableError,
    BookingUnavailableError,
    GroupNotFoundError,
    GroupNotPayableError,
)
from payment.tills.errors import NoTillOpenError
from shared_schemas.common import Page
from shared_schemas.payment.desk import (
    DeskPaymentRequest,
    DeskRefund,
    DeskRefundsQuery,
    GroupDeskPaymentRequest,
    GroupPayment,
)
from shared_schemas.payment.payments import Payment

TAKE_ERRORS = [
    AmountOutOfRangeError, BookingNotFoundError, BookingNotPayableError, BookingUnavailableError, HoldExpiredError,
    MoreThanDueError, NoTillOpenError,
]  # fmt: skip
GROUP_ERRORS = [
    AmountOutOfRangeError, BookingUnavailableError, GroupNotFoundError, GroupNotPayableError, HoldExpiredError,
    MoreThanDueError, NoTillOpenError,
]  # fmt: skip


@api.endpoint("POST /v1/bookings/{booking_id}/desk-payments", status=201, errors=TAKE_ERRORS)
def take_desk_payment(
    booking_id: UUID, body: DeskPaymentRequest, identity: Identity, key: IdempotencyKey | None
) -> Payment:
    """Write down money that was taken at the desk, or came to the studio's account: it is a payment like any other,
    `succeeded` at once, and confirms the booking."""
    return composition.app().desk.take(booking_id, body, identity, key)


@api.endpoint("POST /v1/booking-groups/{group_id}/desk-payments", status=201, errors=GROUP_ERRORS)
def take_group_desk_payment(
    group_id: UUID, body: GroupDeskPaymentRequest, identity: Identity, key: IdempotencyKey | None
) -> GroupPayment:
    """Write down money that was taken at the desk for a group of bookings at once: each visit that may be paid gets
    a payment of its own, all of them or none."""
    return composition.app().desk.take_group(group_id, body, identity, key)


@api.endpoint("GET /v1/desk-refunds", errors=[InvalidCursorError])
def list_desk_refunds(query: DeskRefundsQuery) -> Page[DeskRefund]:
    """Refunds of what was paid at the desk that wait for somebody to hand the money out, oldest first. Say that it is
    done by the refund's `decision`."""
    return composition.app().desk.to_hand_out(query)
