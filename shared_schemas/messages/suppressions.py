"""Contracts of addresses that get no more mail."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.texts import Cursor, Line, Said

SuppressionReason = Literal["bounce", "complaint"]
"""No such mailbox, for good; or its reader called a message spam."""


class Suppression(Contract):
    """An address that mail is not sent to; `detail` has the provider's own words. Erased ones have no address."""

    id: UUID
    address: Said | None = None
    reason: SuppressionReason
    detail: Said | None = None
    since: Instant


class SuppressionsQuery(Contract):
    """Newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class SuppressionLift(Contract):
    """Why mail may go there again."""

    reason: Annotated[str, Line(300, 3)]
