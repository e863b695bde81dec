"""A clock that stands still."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        self._now += timedelta(**duration)

    def go_to(self, moment: datetime) -> None:
        self._now = moment
