"""Asking Booking for opening hours, no more often than needed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import urllib3

from core.clock import SystemClock
from core.service_client import TIMEOUT, ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.reports.errors import HallsUnavailableError
from integration.reports.hall_directory import FRESH_SECONDS, MOST_KEPT, HallDirectory
from tests.support.integration.reports import HALL

FIRST = date(2026, 1, 1)
ANSWER = {"data": [{"hall_id": str(HALL), "hall_name": "Big", "timezone": "Europe/Moscow", "open": []}]}


class Api(ServiceClient):
    """Booking's API, which answers the same whatever the period, or refuses."""

    def __init__(self) -> None:
        super().__init__("integration", "http://unused.test", "key", SystemClock())
        self.asked: list[str] = []
        self.refusal: Exception | None = None

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:  # noqa: ARG002
        self.asked.append(path)
        if self.refusal:
            raise self.refusal
        return ANSWER


def directory(api: Api, now: Callable[[], float]) -> HallDirectory:
    return HallDirectory(api, now)


def test_a_year_is_asked_for_in_quarters_and_kept_for_minutes() -> None:
    api, now = Api(), [0.0]
    halls = directory(api, lambda: now[0])

    found = halls.open_hours(FIRST, date(2027, 1, 1))

    periods = ["from=2026-01-01&to=2026-04-03", "from=2026-04-03&to=2026-07-04", "from=2026-07-04&to=2026-10-04",
               "from=2026-10-04&to=2027-01-01"]  # fmt: skip
    assert api.asked == [f"/v1/open-hours?{period}" for period in periods]
    assert [hall.hall_name for hall in found] == ["Big"] * 4
    now[0] = FRESH_SECONDS - 1
    assert halls.open_hours(FIRST, date(2027, 1, 1)) == found
    assert len(api.asked) == 4
    now[0] = FRESH_SECONDS
    halls.open_hours(FIRST, date(2026, 1, 2))
    halls.open_hours(FIRST, date(2026, 4, 3))
    assert len(api.asked) == 6


def test_no_more_than_so_much_is_kept() -> None:
    api = Api()
    halls = directory(api, lambda: 0.0)
    for number in range(MOST_KEPT + 1):
        halls.open_hours(FIRST, FIRST + timedelta(days=number % 90 + 1))
    halls.open_hours(FIRST, FIRST + timedelta(days=MOST_KEPT + 1))
    assert len(api.asked) == MOST_KEPT + 1
    halls.open_hours(FIRST, FIRST + timedelta(days=1))
    assert len(api.asked) == MOST_KEPT + 2


@pytest.mark.parametrize("refusal", [ServiceUnreachableError("503"), ServiceCallError(403, "forbidden", "no")])
def test_who_gets_no_answer_says_so_and_asks_again_next_time(refusal: Exception) -> None:
    api = Api()
    halls = directory(api, lambda: 0.0)
    api.refusal = refusal
    with pytest.raises(HallsUnavailableError) as unavailable:
        halls.open_hours(FIRST, date(2026, 2, 1))
    assert unavailable.value.message("ru") != unavailable.value.message("en")
    api.refusal = None
    assert len(halls.open_hours(FIRST, date(2026, 2, 1))) == 1
