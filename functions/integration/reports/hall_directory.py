"""When halls are open, as the booking service tells other services."""

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from core.observability import logger
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.reports.errors import HallsUnavailableError
from shared_schemas.booking.open_hours import OpenHours

FRESH_SECONDS = 300
AT_ONCE = timedelta(days=92)
"""What Booking tells in one answer."""
MOST_KEPT = 64

Period = tuple[date, date]


class HallDirectory:
    """Asks a quarter of a year at a time, each once in five minutes; the client bounds how long that may take."""

    def __init__(self, client: ServiceClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[Period, tuple[float, Sequence[OpenHours]]] = {}

    def open_hours(self, first: date, after: date) -> Sequence[OpenHours]:
        """Each hall's hours, quarter by quarter."""
        found: list[OpenHours] = []
        while first < after:
            until = min(first + AT_ONCE, after)
            found += self._of((first, until))
            first = until
        return found

    def _of(self, period: Period) -> Sequence[OpenHours]:
        until, hours = self._known.get(period, (float("-inf"), ()))
        if self._clock() < until:
            return hours
        hours = self._ask(*period)
        while len(self._known) >= MOST_KEPT:
            del self._known[next(iter(self._known))]
        self._known[period] = self._clock() + FRESH_SECONDS, hours
        return hours

    def _ask(self, first: date, after: date) -> Sequence[OpenHours]:
        try:
            answer = self._client.get(f"/v1/open-hours?from={first}&to={after}")
        except (ServiceUnreachableError, ServiceCallError) as error:
            logger.error("Opening hours cannot be asked for", error=str(error))
            raise HallsUnavailableError from error
        return [OpenHours.model_validate(hall) for hall in answer["data"]]
