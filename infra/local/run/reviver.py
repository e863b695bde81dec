"""Restarts crashed processes, also if they crash again during start-up."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from pg8000.exceptions import Error as DatabaseError

from infra.local.machine.aws import LocalAwsError
from infra.local.machine.errors import ChildDiedError, LocalError
from infra.local.machine.logs import log

WATCH_SECONDS = 0.5
Start = Callable[[], Awaitable[None]]
# What a start meets with when what it speaks to dies meanwhile.
BROKEN_OFF = (LocalError, LocalAwsError, DatabaseError, OSError)


class Reviver:
    """`programs` are checks, which raise `ChildDiedError`, with the starts that help, in the order of a start."""

    def __init__(self, programs: Mapping[Callable[[], None], Start], most: int, pause: float = WATCH_SECONDS) -> None:
        self._programs = programs
        self._left = most
        self._pause = pause

    async def watch(self) -> None:
        """Return with an error only once too much had to be started again."""
        begun: set[Start] = set()
        while True:
            await asyncio.sleep(self._pause)
            try:
                begun |= self._dead()
                await self._start(begun)
            except BROKEN_OFF as error:
                self._note(error)

    def _dead(self) -> set[Start]:
        dead = set()
        for check, start in self._programs.items():
            try:
                check()
            except ChildDiedError as error:
                self._note(error)
                dead.add(start)
        return dead

    async def _start(self, begun: set[Start]) -> None:
        """All that is down or only half up, one after another, as one leans on the other."""
        for start in self._programs.values():
            if start in begun:
                await start()
                begun.discard(start)

    def _note(self, error: Exception) -> None:
        self._left -= 1
        if self._left < 0:
            raise error
        log.error("%s\nIt is restarted.", error)
