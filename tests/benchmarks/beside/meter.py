"""What a tree of processes costs: its processor time and its memory, as Linux counts them."""

import threading
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psutil

MIB = 1024 * 1024
LOOK_SECONDS = 1.0
# The time of what has ended is its parent's from then on, so nothing is lost between two looks.
TIMES = ("user", "system", "children_user", "children_system")


@dataclass(frozen=True)
class Tree:
    """A process and all that came from it. Programs in sessions of their own are found by who started them."""

    root: int

    def seconds(self) -> float:
        """Of processor time, until now."""
        return sum(float(getattr(times, name)) for times in self._each("cpu_times") for name in TIMES)

    def parts(self) -> dict[str, float]:
        """The same by what runs: a program, a function's handler, PostgreSQL by who asks it."""
        found: defaultdict[str, float] = defaultdict(float)
        for process in self._all():
            try:
                times, name = process.cpu_times(), _name(process)
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
            found[name] += sum(float(getattr(times, field)) for field in TIMES)
        return found

    def memory(self) -> float:
        """MiB of proportional set size: what is shared is divided among those who share it."""
        return sum(float(memory.pss) for memory in self._each("memory_full_info")) / MIB

    def named(self, module: str) -> list[psutil.Process]:
        """The processes that run this module."""
        return [process for process in self._all() if _name(process) == module]

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


class Looking(ABC):
    """Looks every `seconds`, in a thread of its own, while the block runs."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @abstractmethod
    def look(self) -> None: ...

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._seconds):
            self.look()


class Peak(Looking):
    """The most memory (MiB of PSS) that a tree has while the block runs, and how many processes it has then."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(LOOK_SECONDS)
        self.memory, self.size = 0.0, 0
        self._tree = tree

    def look(self) -> None:
        if (memory := self._tree.memory()) > self.memory:
            self.memory, self.size = memory, self._tree.size()


def _name(process: psutil.Process) -> str:
    words = process.cmdline()
    if words and words[0].startswith("postgres:"):
        return " ".join(words[0].split()[:2])
    if "-m" in words:
        program = words[words.index("-m") + 1]
        # A copy of the fork server has its command line, and the name of what it runs.
        return f"{program} {process.name()}" if program.endswith("forkserver") else program
    return process.name()
