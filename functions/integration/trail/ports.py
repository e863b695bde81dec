"""What the trail needs of storage."""

from datetime import datetime
from typing import Protocol

from core.ports import Transaction
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import StaffActed
from shared_schemas.integration.trail import OperatorAction, OperatorActionsQuery

Place = tuple[datetime, int]
"""Where a page ends: the instant and the id of its last line."""


class ActionStore(Protocol):
    def add(self, envelope: Envelope, acted: StaffActed) -> None:
        """Keep a line for good."""

    def page(self, query: OperatorActionsQuery, after: Place | None, limit: int) -> list[OperatorAction]:
        """The newest first, after `after`."""


class TrailWork(Transaction, Protocol):
    """A transaction on the trail."""

    @property
    def actions(self) -> ActionStore: ...
