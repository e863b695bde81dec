"""Events of what the studio says: of itself, and of what people agree to."""

from uuid import UUID

from shared_schemas.events.envelope import EventData
from shared_schemas.gateway.consents import ConsentKind


class StudioChanged(EventData):
    """An administrator changed what the studio says of itself; it is at `GET /v1/studio`."""

    type = "studio.changed"
    studio_version: int
    by: UUID


class ConsentPublished(EventData):
    """An administrator put a new version of what people agree to in force; it is at `GET /v1/consents`."""

    type = "consent.published"
    kind: ConsentKind
    document_version: str
    by: UUID


class ConsentGranted(EventData):
    """The owner of an account agreed to a document. Guests' consents are not told: nobody has proved who gave them."""

    type = "consent.granted"
    account_id: UUID
    kind: ConsentKind
    document_version: str


class ConsentRevoked(EventData):
    """The owner of an account agrees no longer; whoever sends advertising from outside stops, if it is that consent."""

    type = "consent.revoked"
    account_id: UUID
    kind: ConsentKind
