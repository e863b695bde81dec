"""What a tree of processes costs: its processor time and its memory, as Linux counts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

MIB = 1024 * 1024
# The time of what has ended is its parent's from then on, so nothing is lost between two looks.
TIMES = ("user", "system", "children_user", "children_system")


@dataclass(frozen=True)
class Tree:
    """A process and all that came from it. Programs in sessions of their own are found by who started them."""

    root: int

    def seconds(self) -> float:
        """Of processor time, until now."""
        return sum(float(getattr(times, name)) for times in self._each("cpu_times") for name in TIMES)

    def memory(self) -> float:
        """MiB of proportional set size: what is shared is divided among those who share it."""
        return sum(float(memory.pss) for memory in self._each("memory_full_info")) / MIB

    def size(self) -> int:
        """How many processes there are."""
        return len(self._all())

    def _each(self, question: str) -> Iterator[Any]:
        for process in self._all():
            try:
                yield getattr(process, question)()
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue

    def _all(self) -> list[psutil.Process]:
        root = psutil.Process(self.root)
        return [root, *root.children(recursive=True)]
