"""What feeds a function; here, because a process that knows nothing else of the template is told of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QueueSource:
    """A function fed by a queue; `window` (s) is how long a batch may gather, `concurrency` how many there are at
    once. `timeout` (s) is the function's."""

    function: str
    queue: str
    batch_size: int
    window: float
    partial_failures: bool
    concurrency: int = 1
    timeout: float = 900
