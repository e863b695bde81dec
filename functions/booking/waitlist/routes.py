"""Routes of the waitlist."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.customers.errors import (
    AccountsUnavailableError,
    CustomerBlockedError,
    RulesNotAcceptedError,
    UnknownCustomerError,
)
from booking.errors import OverrideNotAllowedError
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NoTariffError
from booking.waitlist.errors import (
    AlreadyWaitingError,
    NotWaitingError,
    SlotFreeError,
    WaitlistEntryNotFoundError,
    WaitlistFullError,
)
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistQuery, WaitlistRequest
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.gateway.consents import ConsentNotOwnError, ConsentOutdatedError

JOINING = [
    AccountsUnavailableError, AlreadyWaitingError, ConsentNotOwnError, ConsentOutdatedError, CustomerBlockedError,
    HallNotFoundError, NoTariffError, OverrideNotAllowedError, RuleViolationError, RulesNotAcceptedError, SlotFreeError,
    UnknownCustomerError, WaitlistFullError,
]  # fmt: skip


@api.endpoint("POST /v1/waitlist", status=201, errors=JOINING)
def join_waitlist(
    body: WaitlistRequest, identity: Identity, key: IdempotencyKey | None, locale: Locale
) -> WaitlistEntry:
    """Wait for a slot that is taken. When it becomes free, it is held for the first in line, who gets a message.

    Staff may write others down."""
    if body.guest:
        return composition.app().waiting_guests.join(body, body.guest, identity, key, locale)
    composition.app().known_customers.require(body.customer_id, identity)
    return composition.app().waitlist.join(body, identity, key)


@api.endpoint("GET /v1/waitlist", errors=[InvalidCursorError])
def list_waitlist(query: WaitlistQuery, identity: Identity) -> Page[WaitlistEntry]:
    """Your own entries, newest first; staff see all entries."""
    return composition.app().waitlist.page(query, identity)


@api.endpoint("DELETE /v1/waitlist/{entry_id}", errors=[NotWaitingError, WaitlistEntryNotFoundError])
def leave_waitlist(entry_id: UUID, identity: Identity) -> None:
    """Leave the waitlist. To decline an offer, cancel its booking."""
    composition.app().waitlist.withdraw(entry_id, identity)
