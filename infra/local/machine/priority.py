"""Background work gets a lower priority than requests."""

import os
from contextlib import suppress
from pathlib import Path

BACKGROUND = 10
AUTOGROUP = Path("/proc/self/autogroup")


def lower(niceness: int) -> None:
    """Lower this process's priority; it must lead a session of its own.

    Linux desktops schedule by session first, and there `nice` alone only counts within one."""
    os.nice(niceness)
    if niceness:
        # Absent on other systems, and where sessions are not told apart.
        with suppress(OSError):
            AUTOGROUP.write_text(str(niceness), encoding="ascii")
