"""What messengers need of storage."""

from typing import Protocol

from integration.deliveries.ports import DeliveryWork
from integration.events.ports import LogWork


class MessengerWork(DeliveryWork, LogWork, Protocol):
    """A transaction on deliveries that reads the event log, too."""
