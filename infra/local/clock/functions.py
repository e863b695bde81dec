"""Functions' processes follow the system's clock, although nothing in their code can be told to."""

from pathlib import Path

from infra.clock import SharedClock


def follow(path: str) -> None:
    """From now on the clock that services read is the file's, in this process."""
    from core.clock import SystemClock

    shared = SharedClock(Path(path))
    # From outside and on purpose: a setting for it in the code that is deployed would be a hole.
    setattr(SystemClock, "now", lambda _self: shared.now())  # noqa: B010 - mypy forbids the assignment
