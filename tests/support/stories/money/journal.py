"""What a run did, for its summary: counts of what was injected and of what people did, from any thread."""

import threading
from collections import Counter


class Journal:
    """Counts by heading and name; and what went otherwise than anything allows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}
        self.surprises: list[str] = []

    def note(self, heading: str, name: str, times: int = 1) -> None:
        with self._lock:
            self._counts.setdefault(heading, Counter())[name] += times

    def surprise(self, what: str) -> None:
        """Something that no fault excuses; the run fails by it at its end."""
        with self._lock:
            self.surprises.append(what)

    def counted(self, heading: str) -> int:
        with self._lock:
            return sum(self._counts.get(heading, Counter()).values())

    def kinds(self, heading: str) -> set[str]:
        with self._lock:
            return set(self._counts.get(heading, Counter()))

    def summary(self) -> str:
        """A line for each heading."""
        with self._lock:
            return "\n".join(
                f"  {heading}: " + ", ".join(f"{name} {times}" for name, times in sorted(counts.items()))
                for heading, counts in sorted(self._counts.items())
            )
