"""The halls, as the booking service's public API lists them."""

import time
from collections.abc import Callable, Sequence

from core.observability import logger
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.errors_reports import HallsUnavailableError
from shared_schemas.halls import Hall

FRESH_SECONDS = 300


class HallDirectory:
    """Asks once in five minutes; the client bounds how long that may take."""

    def __init__(self, client: ServiceClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._halls: Sequence[Hall] = ()
        self._fresh_until = float("-inf")

    def all(self) -> Sequence[Hall]:
        if self._clock() >= self._fresh_until:
            self._halls = self._ask()
            self._fresh_until = self._clock() + FRESH_SECONDS
        return self._halls

    def _ask(self) -> Sequence[Hall]:
        try:
            return [Hall.model_validate(hall) for hall in self._client.get("/v1/halls")["data"]]
        except (ServiceUnreachableError, ServiceCallError) as error:
            logger.error("The halls cannot be listed", error=str(error))
            raise HallsUnavailableError from error
