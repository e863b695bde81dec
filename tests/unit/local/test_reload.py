"""A change of code recycles functions once, whatever else editors and tools write beside it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from infra.local.machine.logs import log
from infra.local.run.reload import Reloader
from tests.support.waiting import PATIENCE_SECONDS

PAUSE_SECONDS = 0.02
TRIES = 50


class Studio:
    """A watched folder with a template, and what was made of its changes."""

    def __init__(self, root: Path) -> None:
        self.code = root / "functions"
        self.template = root / "template.yaml"
        self.nested = root / "infra" / "network.yaml"
        for folder in (self.code / "booking" / "__pycache__", self.nested.parent):
            folder.mkdir(parents=True)
        for file in (self.template, self.nested):
            file.write_text("Resources: {}")
        self.recycled = 0
        self.told: list[str] = []
        self.watching: asyncio.Task[None]

    def recycle(self) -> None:
        self.recycled += 1

    def write(self, name: str, text: str = "x = 1") -> None:
        (self.code / name).write_text(text)

    def says(self, words: str) -> bool:
        return any(words in line for line in self.told)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        self.watching = watching = asyncio.create_task(Reloader([self.code], self.template, self.recycle).watch())
        try:
            # It takes a moment to begin.
            await self._until(lambda: self.says("first.py"), lambda: self.write("first.py"))
            await self._until(lambda: self.says("template.yaml"), self.template.touch)
            await self.settled()
            self.recycled = 0
            self.told.clear()
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def settled(self) -> None:
        """What was written before is told by now: a later change was."""
        await self._until(lambda: self.says("marker.py"), lambda: self.write("marker.py"))
        self.told = [line for line in self.told if line != "Reloading: marker.py"]

    async def sees(self, words: str) -> None:
        await self._until(lambda: self.says(words), lambda: None)

    async def _until(self, done: Callable[[], bool], again: Callable[[], None]) -> None:
        """Between two tries it is quiet for long enough to count as one change."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not done():
                again()
                for _ in range(TRIES):
                    await asyncio.sleep(PAUSE_SECONDS)
                    if self.watching.done():
                        # Whatever ended it is why nothing is told.
                        self.watching.result()
                    if done():
                        return


@pytest.fixture
def studio(tmp_path: Path) -> Any:
    studio = Studio(tmp_path)
    handler = logging.Handler()
    handler.emit = lambda record: studio.told.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    before = log.level
    # Not by assignment: a logger remembers what it has found to be below its level.
    log.setLevel(logging.INFO)
    yield studio
    log.removeHandler(handler)
    log.setLevel(before)


def play(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_new_changed_and_removed_modules_make_new_environments(studio: Studio) -> None:
    async def story() -> None:
        async with studio.watched():
            studio.write("booking/app.py")
            await studio.sees("app.py")
            assert studio.recycled == 1
            studio.write("booking/app.py", "x = 2")
            await studio.sees("app.py")
            studio.told.clear()
            (studio.code / "booking" / "app.py").unlink()
            await studio.sees("app.py")
            assert studio.recycled >= 2

    play(story())


def test_a_template_asks_for_a_new_start_and_recycles_nothing(studio: Studio) -> None:
    async def story() -> None:
        async with studio.watched():
            studio.nested.write_text("Resources: {A: 1}")
            await studio.sees("network.yaml changed: restart")
            assert studio.recycled == 0

    play(story())


def test_what_editors_and_python_leave_beside_the_code_is_no_change(studio: Studio) -> None:
    async def story() -> None:
        async with studio.watched():
            for name in (".app.py.swp", "app.py~", "#app.py#", ".#app.py", "4913", "notes.md", "app.pyc"):
                studio.write(f"booking/{name}")
            studio.write("booking/__pycache__/app.cpython-311.pyc")
            (studio.nested.parent / ".network.yaml.swp").write_text("x")
            (studio.template.parent / "README.md").write_text("x")
            await studio.settled()
            assert studio.told == []

    play(story())


def test_an_editor_that_puts_a_new_file_in_the_place_of_the_old_changes_one(studio: Studio) -> None:
    async def story() -> None:
        async with studio.watched():
            studio.write("booking/app.py~", "x = 3")
            (studio.code / "booking" / "app.py~").rename(studio.code / "booking" / "app.py")
            await studio.sees("app.py")
            await studio.settled()
            assert studio.told == ["Reloading: app.py"]

    play(story())


def test_many_files_at_once_are_one_change(studio: Studio) -> None:
    names = [f"module_{number:03}.py" for number in range(300)]

    def check_out() -> None:
        for name in names:
            studio.write(name)

    async def story() -> None:
        async with studio.watched():
            await asyncio.to_thread(check_out)
            await studio.sees(names[-1])
            told = " ".join(studio.told)
            assert [name for name in names if name not in told] == []
            # One, but for a machine that stands still in between.
            assert studio.recycled < 10

    play(story())


def test_a_system_that_tells_of_nothing_is_asked(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    real = watchfiles.awatch

    def refusing(*folders: Path, **options: Any) -> Any:
        asked.append(options["force_polling"])
        if not options["force_polling"]:
            raise OSError("no watches left")
        return real(*folders, **options)

    monkeypatch.setattr("infra.local.run.reload.awatch", refusing)

    async def story() -> None:
        async with studio.watched():
            studio.write("booking/app.py")
            await studio.sees("app.py")

    play(story())
    assert sorted(map(bool, asked)) == [False, False, True, True]
