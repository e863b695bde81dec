"""What the desk needs of storage."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from payment.paying import ports as paying
from shared_schemas.payment.desk import DeskRefund

Place = tuple[datetime, UUID]


class DeskStore(Protocol):
    """What is taken and handed back at the desk."""

    def to_hand_out(self, after: Place | None, limit: int) -> list[DeskRefund]:
        """Refunds that wait for staff, the oldest first, behind one."""


class Work(paying.Work, Protocol):
    """A transaction on payments and what belongs to them."""

    @property
    def desk(self) -> DeskStore: ...
