"""The one clock of a system on one machine: the machine's own, moved forward by what a small file says.

The file holds the shift in microseconds, as eight bytes that every process maps into its memory: reading it costs
next to nothing, and a move is seen by all of them at once. Nothing that is deployed knows of it.
"""

import mmap
import os
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE_NAME = "clock"
VARIABLE = "CYCLORAMA_CLOCK"
"""Names the file to the processes of one system."""
SHIFT = struct.Struct("<q")


class SharedClock:
    """Tells the system's time; any number of processes may hold one of the same file."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < SHIFT.size:
                os.ftruncate(descriptor, SHIFT.size)
            self._memory = mmap.mmap(descriptor, SHIFT.size)
        finally:
            os.close(descriptor)

    @property
    def shift(self) -> timedelta:
        """How far the clock is ahead of the machine's."""
        return timedelta(microseconds=SHIFT.unpack_from(self._memory)[0])

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def forward(self, by: timedelta) -> None:
        """Move it; `ValueError` if that is not forward, for what has happened cannot be undone."""
        if by < timedelta(0):
            raise ValueError("the clock goes forward only")
        # Eight aligned bytes are written at once: no process ever reads half of them.
        SHIFT.pack_into(self._memory, 0, (self.shift + by) // timedelta(microseconds=1))
