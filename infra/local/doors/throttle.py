"""Token buckets for the methods that the stage's settings name, and a count of requests for each address."""

from collections import deque
from collections.abc import Iterable

from infra.local.template.model import Throttle

WINDOW_SECONDS = 300


class TokenBucket:
    """Holds at most `burst` tokens and gains `rate` of them a second; time is the caller's, in seconds."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Take one token; False means too many requests."""
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttles:
    """One bucket for each method of each path, sized by the most specific setting, as on a stage."""

    def __init__(self, settings: Iterable[Throttle]) -> None:
        self._settings = {(s.path, s.method): s for s in settings}
        self._buckets: dict[tuple[str, str], TokenBucket | None] = {}

    def allow(self, path: str, method: str, now: float) -> bool:
        """Whether a request to that path template may pass now."""
        key = (path, method)
        if key not in self._buckets:
            setting = self._setting(path, method)
            self._buckets[key] = TokenBucket(setting.rate, setting.burst, now) if setting else None
        bucket = self._buckets[key]
        return bucket is None or bucket.take(now)

    def _setting(self, path: str, method: str) -> Throttle | None:
        candidates = [(path, method), (path, "*"), ("/*", method), ("/*", "*")]
        return next((self._settings[key] for key in candidates if key in self._settings), None)


class Addresses:
    """Counts requests as a rate-based rule of AWS WAF does: who made more than `limit` within the window waits until
    there are fewer. WAF looks every few seconds, this looks each time."""

    def __init__(self, limit: int | None, seconds: float = WINDOW_SECONDS) -> None:
        self._limit = limit
        self._seconds = seconds
        self._made: dict[str, deque[float]] = {}

    def allow(self, address: str, now: float) -> bool:
        """Whether a request from there may pass now; one that may not counts as well."""
        if self._limit is None:
            return True
        made = self._made.setdefault(address, deque(maxlen=self._limit + 1))
        made.append(now)
        while made[0] <= now - self._seconds:
            made.popleft()
        return len(made) <= self._limit
