"""Moves the clock of the running system: for all processes at once, forward only, and not too far in one stride."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol

from infra.clock import SharedClock
from infra.local.clock import database

# Half of what a reminder a day ahead takes, so that no stride passes over one; one two hours ahead may be.
STRIDE = timedelta(hours=12)
FORWARD_ONLY = (
    "The clock goes forward only: what has happened cannot be undone. `make reset` begins again at the present"
)
TOO_FAR = f"One stride is {STRIDE // timedelta(hours=1)} hours at most; `make clock` takes several"
OWN_DATABASE_ONLY = "DATABASE_URL names a server of your own, and its clock cannot be moved from here"


class ClockError(Exception):
    """Why the clock stays where it is, in words for who asked."""


class Schedules(Protocol):
    """Run what fell due within so many seconds, and say which functions those are."""

    def skip(self, seconds: float) -> list[str]: ...


class Mover:
    """One move at a time; `url` is the administrator's of a database that is ours, and None where it is not.

    `schedules` are what falls due by a move."""

    def __init__(self, clock: SharedClock, url: str | None, schedules: Schedules) -> None:
        self._clock = clock
        self._url = url
        self._schedules = schedules
        self._turn = asyncio.Lock()

    @property
    def shift(self) -> timedelta:
        """How far it is ahead of the machine's."""
        return self._clock.shift

    def now(self) -> datetime:
        """The system's time."""
        return self._clock.now()

    async def follow(self) -> None:
        """After a start the database goes by the same clock again."""
        if self._url:
            await asyncio.to_thread(database.follow, self._url, self._clock.shift)

    async def move(self, to: datetime) -> list[str]:
        """Be at that instant; returns the functions whose schedules fell due, which are under way."""
        async with self._turn:
            by = to - self.now()
            if by <= timedelta(0):
                raise ClockError(FORWARD_ONLY)
            if by > STRIDE:
                raise ClockError(
                    f"One stride is {STRIDE // timedelta(hours=1)} hours at most; `make clock` takes several"
                )
            if not self._url:
                raise ClockError(OWN_DATABASE_ONLY)
            # The database first: it alone may refuse.
            await asyncio.to_thread(database.follow, self._url, self._clock.shift + by)
            self._clock.forward(by)
            return self._schedules.skip(by.total_seconds())
