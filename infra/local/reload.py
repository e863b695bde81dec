"""Watches the code: a change means new execution environments, a change of the template a new start."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from infra.local.logs import log

INTERVAL_SECONDS = 1.0

Snapshot = dict[Path, int]


class Reloader:
    """Looks once a second; a few hundred `stat` calls cost about a millisecond."""

    def __init__(self, folders: Iterable[Path], template: Path, recycle: Callable[[], None]) -> None:
        self._folders = list(folders)
        self._template = template
        self._recycle = recycle

    async def watch(self) -> None:
        """Watch for ever."""
        code, infrastructure = self._code(), self._infrastructure()
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            if changed := changes(code, latest := self._code()):
                code = latest
                log.info("Reloading: %s", ", ".join(sorted(path.name for path in changed)))
                self._recycle()
            if changed := changes(infrastructure, latest := self._infrastructure()):
                infrastructure = latest
                names = ", ".join(sorted(path.name for path in changed))
                log.warning("%s changed: stop and start again for that to take effect", names)

    def _code(self) -> Snapshot:
        return snapshot(path for folder in self._folders for path in folder.rglob("*.py"))

    def _infrastructure(self) -> Snapshot:
        nested = self._template.parent / "infra"
        return snapshot([self._template, *nested.glob("*.yaml"), *nested.glob("*.json")])


def snapshot(paths: Iterable[Path]) -> Snapshot:
    """When each file was last changed, in ns; a file that vanishes meanwhile is left out."""
    times: Snapshot = {}
    for path in paths:
        try:
            times[path] = path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
    return times


def changes(before: Snapshot, after: Snapshot) -> set[Path]:
    """Files that are new, gone or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
