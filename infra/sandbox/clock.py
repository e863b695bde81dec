"""The sandbox's time: the machine's, or that of the system it is part of. The gateways' own can be off by more, to see
links expire alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.clock import SharedClock
from infra.sandbox.database import Database

NAME = "clock_offset_seconds"
# Ten years; far beyond any deadline, and within what a datetime can hold.
MAX_OFFSET_SECONDS = 10 * 366 * 86400


class _SystemTime:
    """One for the whole process, as time is."""

    def __init__(self) -> None:
        self._shared: SharedClock | None = None

    def follow(self, path: Path) -> None:
        """Go by the clock of a system, which keeps it in this file."""
        self._shared = SharedClock(path)

    def __call__(self) -> datetime:
        return self._shared.now() if self._shared else datetime.now(UTC)


system_time = _SystemTime()


class Clock:
    """The system's time plus a persisted offset."""

    def __init__(self, database: Database, real: Callable[[], datetime] = system_time) -> None:
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
