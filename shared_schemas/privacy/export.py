"""Contracts of the export of a person's data (152-FZ, article 14)."""

from typing import Any
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.privacy.purposes import Purpose


class DisclosureQuery(Contract):
    """Which page of each section, from 0."""

    page: int = Field(default=0, ge=0, le=1000)


class Section(Contract):
    """What one service keeps of a person under one heading; `kept` says for how long."""

    name: str
    purpose: Purpose
    kept: str
    rows: list[dict[str, Any]]


class Disclosure(Contract):
    """A page of what one service keeps of a person; `more` if another page follows."""

    sections: list[Section]
    also: list[UUID] = Field(default=[])
    """Other ids of the same person: bookings made as a guest, before."""
    more: bool = False


class ExportedSection(Section):
    """The same, with the purpose in the reader's words."""

    why: str


class Export(Contract):
    """All that is kept of a person; `complete` is false if there was more than one file takes."""

    account_id: UUID
    made_at: Instant
    sections: list[ExportedSection]
    complete: bool
