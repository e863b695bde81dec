"""Limits the rate of calls to another system: a row in the database gives turns to all processes."""

import time
from collections.abc import Callable

from integration.deliveries.errors import TransientSendError
from integration.deliveries.ports import DeliveryWork
from shared_schemas.integration.connectors import ConnectorName

PATIENCE_SECONDS = 10.0


class Turns:
    """One turn after another, `interval` seconds apart."""

    def __init__(
        self,
        unit_of_work: Callable[[], DeliveryWork],
        name: ConnectorName,
        interval: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._name = name
        self._interval = interval
        self._sleep = sleep

    def wait(self) -> None:
        """Until it is the caller's turn; `TransientSendError` if that would take too long."""
        with self._unit_of_work() as work:
            seconds = work.connectors.take_turn(self._name, self._interval, PATIENCE_SECONDS)
            work.commit()
        if seconds is None:
            raise TransientSendError("no_turn")
        self._sleep(seconds)

    def push_back(self, seconds: float) -> None:
        """No process calls for that long: the other system asked for it."""
        with self._unit_of_work() as work:
            work.connectors.push_back(self._name, seconds)
            work.commit()
