"""What goes on beside the stories, in threads of its own."""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Self

from tests.support.stories.money.journal import Journal


class Background:
    """Each act again and again, after a pause, until the block ends; one that raises is a surprise, and over."""

    def __init__(self, journal: Journal, acts: Iterable[Callable[[], None]], pause_seconds: float = 0) -> None:
        self._journal = journal
        self._pause_seconds = pause_seconds
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(act,)) for act in acts]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, act: Callable[[], None]) -> None:
        try:
            while not self._over.wait(self._pause_seconds):
                act()
        except Exception as error:
            self._journal.surprise(f"the {type(self).__name__.lower()} broke off: {error!r}")
