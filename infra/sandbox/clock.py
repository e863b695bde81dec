"""The gateways' time, which an operator can move to see links expire."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from infra.sandbox.database import Database

NAME = "clock_offset_seconds"
# Ten years; far beyond any deadline, and within what a datetime can hold.
MAX_OFFSET_SECONDS = 10 * 366 * 86400


def real_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    """Real time plus a persisted offset."""

    def __init__(self, database: Database, real: Callable[[], datetime] = real_time) -> None:
        self._database = database
        self._real = real

    @property
    def offset_seconds(self) -> float:
        return float(self._database.value(NAME, "0"))

    def set_offset(self, seconds: float) -> None:
        """Move the clock; `ValueError` beyond ten years."""
        if not abs(seconds) <= MAX_OFFSET_SECONDS:
            raise ValueError(f"offset_seconds must lie within ±{MAX_OFFSET_SECONDS}")
        self._database.set_value(NAME, str(seconds))

    def now(self) -> datetime:
        return self._real() + timedelta(seconds=self.offset_seconds)
