"""Limits of requests a second, as CRMs have them."""

import time
from collections.abc import Callable


class Bucket:
    """Fills by one with each request and leaks at `rate` a second; what does not fit into `capacity` is refused."""

    def __init__(self, rate: float, capacity: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._capacity = capacity
        self._clock = clock
        self._level = 0.0
        self._at = clock()
        self.refused_in_a_row = 0

    def take(self) -> bool:
        """Whether a request may pass now."""
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._at) * self._rate)
        self._at = now
        if self._level + 1 > self._capacity:
            self.refused_in_a_row += 1
            return False
        self._level += 1
        self.refused_in_a_row = 0
        return True
