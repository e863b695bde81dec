"""Routes of the drawer."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.tills.errors import (
    NotEnoughInTillError,
    TillClosedError,
    TillHasOpenPaymentsError,
    TillNotFoundError,
    TillNotLastError,
    TillOpenError,
)
from shared_schemas.common import Page
from shared_schemas.payment.tills import (
    Till,
    TillCloseRequest,
    TillEntriesQuery,
    TillEntry,
    TillMoveRequest,
    TillReopenRequest,
    TillRequest,
    TillsQuery,
)

CLOSE_ERRORS = [TillClosedError, TillHasOpenPaymentsError, TillNotFoundError]


@api.endpoint("POST /v1/tills", status=201, errors=[TillOpenError])
def open_till(body: TillRequest, identity: Identity, key: IdempotencyKey | None) -> Till:
    """Open the till with the float that lies in it; there is one drawer, so one till at a time."""
    return composition.app().tills.open(body, identity, key)


@api.endpoint("GET /v1/tills", errors=[InvalidCursorError])
def list_tills(query: TillsQuery) -> Page[Till]:
    """The tills of all days, newest first, each with what was taken by method and person."""
    return composition.app().tills.page(query)


@api.endpoint("GET /v1/tills/{till_id}", errors=[TillNotFoundError])
def get_till(till_id: UUID) -> Till:
    """One till: what should be in it by now, and what was counted."""
    return composition.app().tills.get(till_id)


@api.endpoint("GET /v1/tills/{till_id}/entries", errors=[InvalidCursorError, TillNotFoundError])
def list_till_entries(till_id: UUID, query: TillEntriesQuery) -> Page[TillEntry]:
    """What moved in a till, in order."""
    return composition.app().tills.entries(till_id, query)


@api.endpoint(
    "POST /v1/tills/{till_id}/entries", status=201, errors=[NotEnoughInTillError, TillClosedError, TillNotFoundError]
)
def move_till_cash(till_id: UUID, body: TillMoveRequest, identity: Identity, key: IdempotencyKey | None) -> Till:
    """Put cash into the drawer, or take some out, with a reason: change, a courier, the bank."""
    return composition.app().tills.move(till_id, body, identity, key)


@api.endpoint("POST /v1/tills/{till_id}/close", errors=CLOSE_ERRORS)
def close_till(till_id: UUID, body: TillCloseRequest, identity: Identity, key: IdempotencyKey | None) -> Till:
    """Count the drawer and close the till: the answer has the differences, and who took what by which method."""
    return composition.app().tills.close(till_id, body, identity, key)


@api.endpoint("POST /v1/tills/{till_id}/reopen", errors=[TillNotFoundError, TillNotLastError, TillOpenError])
def reopen_till(till_id: UUID, body: TillReopenRequest, identity: Identity) -> Till:
    """Open the last till again, because it was closed too soon or counted wrongly; it is counted anew."""
    return composition.app().tills.reopen(till_id, body, identity)
