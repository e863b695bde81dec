"""Contracts of the trail: what the staff did."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.texts import Cursor, Line, Said


class OperatorAction(Contract):
    """What somebody of the staff did; it is never changed or deleted, and has no personal data.

    `before` and `after` say what changed; `(text)` stands for what people wrote, which only the thing itself keeps."""

    id: int
    at: Instant
    actor: UUID | None = None
    """Their account, or the API key; absent where a sign-in failed."""
    role: str | None = None
    action: str
    """The operation, by its name in openapi.json; `sign_in` or `sign_in_failed`."""
    target: str
    before: dict[str, Any] = Field(default={})
    after: dict[str, Any]
    reason: Said | None = None
    """Why, if it was said of no person."""
    session_id: UUID | None = None
    network: str | None = None
    """From where: the address without its last part."""
    correlation_id: str | None = None


class OperatorActionsQuery(Contract):
    """Newest first; by who did it, by what was done, by what it was done to (`error:<id>`, `customer:<id>`), in
    [`from`, `to`)."""

    actor: UUID | None = None
    action: Annotated[str, Line(100, 1)] | None = None
    target: Annotated[str, Line(200, 1)] | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
    format: Literal["json", "csv"] = "json"
    """`csv` is for spreadsheets: everything at once, whatever the `limit`."""
