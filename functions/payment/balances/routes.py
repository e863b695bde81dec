"""Routes of balances."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import HoldExpiredError
from payment.balances.errors import BalanceTooLowError, NoSuchCustomerError
from payment.desk.errors import MoreThanDueError
from payment.paying.errors import (
    BookingNotFoundError,
    BookingNotPayableError,
    BookingUnavailableError,
)
from payment.receipts.errors import ContactUnavailableError
from payment.tills.errors import NotEnoughInTillError, NoTillOpenError
from shared_schemas.common import Page
from shared_schemas.errors import CycloramaError
from shared_schemas.payment.balances import (
    Balance,
    BalanceEntriesQuery,
    BalanceEntry,
    BalanceEntryRequest,
    BalancePaymentRequest,
)
from shared_schemas.payment.payments import Payment

PAY_ERRORS: list[type[CycloramaError]] = [
    BalanceTooLowError, BookingNotFoundError, BookingNotPayableError, BookingUnavailableError, HoldExpiredError,
    MoreThanDueError,
]  # fmt: skip


@api.endpoint("GET /v1/me/balance")
def get_my_balance(identity: Identity) -> Balance:
    """What the studio holds for you."""
    return composition.app().balances.of(identity.user_id)


@api.endpoint("GET /v1/me/balance/entries", errors=[InvalidCursorError])
def list_my_balance_entries(query: BalanceEntriesQuery, identity: Identity) -> Page[BalanceEntry]:
    """What was put on your balance and taken from it, newest first."""
    return composition.app().balances.entries(identity.user_id, query, for_staff=False)


@api.endpoint("GET /v1/customers/{customer_id}/balance")
def get_balance(customer_id: UUID) -> Balance:
    """What the studio holds for a customer."""
    return composition.app().balances.of(customer_id)


@api.endpoint("GET /v1/customers/{customer_id}/balance/entries", errors=[InvalidCursorError])
def list_balance_entries(customer_id: UUID, query: BalanceEntriesQuery) -> Page[BalanceEntry]:
    """What was put on a customer's balance and taken from it, newest first."""
    return composition.app().balances.entries(customer_id, query, for_staff=True)


@api.endpoint(
    "POST /v1/customers/{customer_id}/balance/entries",
    status=201,
    errors=[
        BalanceTooLowError,
        ContactUnavailableError,
        NoSuchCustomerError,
        NoTillOpenError,
        NotEnoughInTillError,
    ],
)
def create_balance_entry(
    customer_id: UUID, body: BalanceEntryRequest, identity: Identity, key: IdempotencyKey | None
) -> BalanceEntry:
    """Write down money that was taken for a customer's balance, or paid out of it, at the desk."""
    return composition.app().balances.enter(customer_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/balance-payments", status=201, errors=PAY_ERRORS)
def pay_from_balance(
    booking_id: UUID, body: BalancePaymentRequest, identity: Identity, key: IdempotencyKey | None
) -> Payment:
    """Pay for a booking from the balance of its customer, at once."""
    return composition.app().balances.pay(booking_id, body, identity, key)
