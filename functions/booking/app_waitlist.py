"""Routes of the waitlist."""

from uuid import UUID

from booking import wiring
from booking.api import api
from booking.errors import HallNotFoundError, NoTariffError
from booking.errors_customers import CustomerBlockedError, RulesNotAcceptedError
from booking.errors_waitlist import (
    AlreadyWaitingError,
    NotWaitingError,
    SlotFreeError,
    WaitlistEntryNotFoundError,
    WaitlistFullError,
)
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, Identity
from core.paging import InvalidCursorError
from shared_schemas.booking import WaitlistEntry, WaitlistQuery, WaitlistRequest
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError

JOINING = [
    AlreadyWaitingError, CustomerBlockedError, HallNotFoundError, NoTariffError, RuleViolationError,
    RulesNotAcceptedError, SlotFreeError, WaitlistFullError,
]  # fmt: skip


@api.endpoint("POST /v1/waitlist", status=201, allow=CLIENTS, errors=JOINING)
def join_waitlist(body: WaitlistRequest, identity: Identity, key: IdempotencyKey | None) -> WaitlistEntry:
    """Wait for a slot that is taken: once it is free, it is held for the first in line, who is told."""
    return wiring.waitlist().join(body, identity, key)


@api.endpoint("GET /v1/waitlist", allow=CLIENTS, errors=[InvalidCursorError])
def list_waitlist(query: WaitlistQuery, identity: Identity) -> Page[WaitlistEntry]:
    """One's own entries, newest first; staff see everybody's."""
    return wiring.waitlist().page(query, identity)


@api.endpoint("DELETE /v1/waitlist/{entry_id}", allow=CLIENTS, errors=[NotWaitingError, WaitlistEntryNotFoundError])
def leave_waitlist(entry_id: UUID, identity: Identity) -> None:
    """Wait no longer. An offer that was made is declined by cancelling its booking."""
    wiring.waitlist().withdraw(entry_id, identity)
