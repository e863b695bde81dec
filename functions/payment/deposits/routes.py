"""Routes of deposits."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import HoldExpiredError
from payment.deposits.errors import DepositNotFoundError, DepositTooSmallError, NoDepositError
from payment.desk.errors import MoreThanDueError
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError, BookingUnavailableError
from payment.tills.errors import NotEnoughInTillError, NoTillOpenError
from shared_schemas.common import Page
from shared_schemas.payment.deposits import (
    Deposit,
    DepositKeepRequest,
    DepositRequest,
    DepositReturnRequest,
    DepositsQuery,
)
from shared_schemas.payment.payments import Payment

TAKE_ERRORS = [BookingNotFoundError, BookingUnavailableError, NoDepositError, NoTillOpenError]
GIVE_BACK_ERRORS = [DepositNotFoundError, DepositTooSmallError, NoTillOpenError, NotEnoughInTillError]
KEEP_ERRORS = [
    BookingNotFoundError, BookingNotPayableError, BookingUnavailableError, DepositNotFoundError, DepositTooSmallError,
    HoldExpiredError, MoreThanDueError,
]  # fmt: skip


@api.endpoint("POST /v1/bookings/{booking_id}/deposits", status=201, errors=TAKE_ERRORS)
def take_deposit(booking_id: UUID, body: DepositRequest, identity: Identity, key: IdempotencyKey | None) -> Deposit:
    """Write down a deposit that was taken. It is not the studio's money, and pays for nothing until some is kept."""
    return composition.app().deposits.take(booking_id, body, identity, key)


@api.endpoint("GET /v1/deposits", errors=[InvalidCursorError])
def list_deposits(query: DepositsQuery) -> Page[Deposit]:
    """Deposits, newest first: of a booking, or all that are still held."""
    return composition.app().deposits.page(query)


@api.endpoint("POST /v1/deposits/{deposit_id}/return", status=201, errors=GIVE_BACK_ERRORS)
def give_deposit_back(
    deposit_id: UUID, body: DepositReturnRequest, identity: Identity, key: IdempotencyKey | None
) -> Deposit:
    """Write down that a deposit, or a part of it, was given back at the desk."""
    return composition.app().deposits.give_back(deposit_id, body, identity, key)


@api.endpoint("POST /v1/deposits/{deposit_id}/keep", status=201, errors=KEEP_ERRORS)
def keep_deposit(deposit_id: UUID, body: DepositKeepRequest, identity: Identity, key: IdempotencyKey | None) -> Payment:
    """Keep a part of a deposit for what the booking owes, such as a line for what was broken: a payment like others."""
    return composition.app().deposits.keep(deposit_id, body, identity, key)
