"""What queueing messages needs; `repository.py` provides it, tests have it in memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.jobs import Turn
from core.ports import Transaction
from notification.bookings.ports import Bookings
from notification.connections.domain import Subject
from notification.messages.domain.deliveries import Delivery
from shared_schemas.channels import Channel
from shared_schemas.messages.rules import MessageRule


class Notifications(Protocol):
    def add(self, deliveries: Sequence[Delivery], now: datetime) -> list[UUID]:
        """Queue messages, at once; returns those that the same cause has not queued for their recipient before."""

    def forget(self, recipient_id: UUID) -> None:
        """Remove personal data from a person's messages, and do not send those that wait; the rows stay."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """The messages to these guests, and their bookings, are the account's."""


class Preferences(Protocol):
    def forget(self, person_id: UUID) -> None:
        """Nothing is kept of them; their links end."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """What these guests left is left by the account, and their links lead there."""


class Connections(Protocol):
    def channels(self, people: Collection[UUID]) -> Mapping[Subject, Collection[Channel]]:
        """The messengers that they connected: of a booking, or of whatever they book."""

    def forget(self, people: Collection[UUID]) -> None:
        """Nothing is kept of them; their links end."""


class Suppressed(Protocol):
    def forget(self, person_id: UUID) -> None:
        """Their addresses are gone."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """The addresses of these guests are the account's: they go with it, and are in its export."""


class Rules(Protocol):
    def all(self) -> list[MessageRule]:
        """Those in force."""


class Queue(Transaction, Protocol):
    """A transaction that queues messages."""

    @property
    def notifications(self) -> Notifications: ...
    @property
    def connections(self) -> Connections: ...


class Work(Queue, Protocol):
    """A transaction that takes an event."""

    @property
    def preferences(self) -> Preferences: ...
    @property
    def suppressions(self) -> Suppressed: ...
    @property
    def bookings(self) -> Bookings: ...
    @property
    def rules(self) -> Rules: ...


class Staff(Protocol):
    """Who works at the studio."""

    def administrators(self) -> list[UUID]:
        """Those who can sign in; `TransientDeliveryError` if the gateway does not answer."""


class Outgoing(Protocol):
    """Sends messages that are queued."""

    def send(self, ids: Sequence[UUID]) -> None:
        """One after the other; the job retries those that fail."""

    def send_due(self, turn: Turn) -> int:
        """All that is due, as far as time allows; returns the number."""
