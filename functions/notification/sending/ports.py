"""What sending needs; `repository.py` provides it, tests have it in memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from notification.messages.domain.deliveries import Delivery
from notification.messages.ports import Connections, Queue
from notification.sending.domain import Outcome
from notification.sending.known import Known
from shared_schemas.channels import Channel
from shared_schemas.messages.suppressions import SuppressionReason

SEND_PENDING = "send_pending"
"""The job that has a queue."""


class Attempts(Protocol):
    def claim(self, now: datetime, channel: Channel | None = None) -> Delivery | None:
        """Lease the message that is due longest, so that no other worker sends it; by this channel alone, if one is
        given."""

    def claim_all(self, now: datetime, ids: Sequence[UUID], but: Collection[Channel]) -> list[Delivery]:
        """Lease those of these messages that are due, in this order, except by some channels."""

    def put_back(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """They were leased in vain: due as before, and no attempt."""

    def known(self, deliveries: Sequence[Delivery], now: datetime, counted: Collection[UUID]) -> Mapping[UUID, Known]:
        """What their sending depends on, of all that can be read. Of those in `counted` with how many other messages
        about bookings their recipients got in `SPAN`, besides these; of alarms, how many others."""

    def known_of(self, delivery: Delivery, now: datetime, *, counts: bool) -> Known:
        """The same of one; the job puts it off where it cannot be read."""

    def finds_room(self, delivery: Delivery, address: str, now: datetime, most: int) -> bool:
        """Note that the message being sent goes to this address; False where `most` like it went there in `SPAN`."""

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """Record how an attempt ended; False if the lease expired and another attempt took over."""


class Suppressed(Protocol):
    def why(self, address: str) -> SuppressionReason | None:
        """Why no mail goes there; None if it may."""


class Leaving(Connections, Protocol):
    def leave(self, channel: Channel, chat: str) -> None:
        """Nobody's messages go there any more."""


class Work(Queue, Protocol):
    """A transaction of an attempt."""

    @property
    def connections(self) -> Leaving: ...

    @property
    def attempts(self) -> Attempts: ...
    @property
    def suppressions(self) -> Suppressed: ...
