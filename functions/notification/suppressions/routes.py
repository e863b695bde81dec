"""Routes of addresses that get no more mail."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from core.identity import Identity
from notification import composition
from notification.api import api
from notification.suppressions.errors import SuppressionNotFoundError
from shared_schemas.common import Page
from shared_schemas.messages.suppressions import Suppression, SuppressionLift, SuppressionsQuery


@api.endpoint("GET /v1/mail-suppressions", errors=[InvalidCursorError])
def list_suppressions(query: SuppressionsQuery, identity: Identity) -> Page[Suppression]:
    """Addresses that mail bounced from for good, or whose readers complained: they get no more."""
    return composition.app().suppressions.page(query, whole=identity.sees_people)


@api.endpoint("POST /v1/mail-suppressions/{suppression_id}/lift", errors=[SuppressionNotFoundError])
def lift_suppression(suppression_id: UUID, body: SuppressionLift, identity: Identity) -> Suppression:
    """Send mail to this address again, as the mailbox works now, or its owner asked for it."""
    return composition.app().suppressions.lift(suppression_id, body, whole=identity.sees_people)
