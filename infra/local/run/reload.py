"""Watches the code: a change means new execution environments, a change of the template a new start."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from watchfiles import Change, awatch

from infra.local.machine.logs import log

# A checkout writes many files with short pauses; they are one change, once nothing moved for so long.
QUIET_MILLISECONDS = 300
LONGEST_MILLISECONDS = 2_000
# What editors leave beside a file that they write: `.module.py.swp`, `.#module.py`, `#module.py#`.
TEMPORARY = (".", "#")

Wanted = Callable[[Path], bool]


class Reloader:
    """The system tells of changes; where it cannot, as on some network drives, they are looked for."""

    def __init__(self, folders: Iterable[Path], template: Path, recycle: Callable[[], None]) -> None:
        self._folders = list(folders)
        self._template = template.resolve()
        self._recycle = recycle

    async def watch(self) -> None:
        """Watch for ever."""
        await asyncio.gather(self._watch_code(), self._watch_infrastructure())

    async def _watch_code(self) -> None:
        async for changed in batches(self._folders, is_code):
            log.info("Reloading: %s", _names(changed))
            self._recycle()

    async def _watch_infrastructure(self) -> None:
        nested = self._template.parent / "infra"

        def is_infrastructure(path: Path) -> bool:
            return path == self._template or (path.parent == nested and path.suffix in {".yaml", ".json"})

        # The folders and not the files, as editors put a new file in the place of the old one.
        async for changed in batches([self._template.parent, nested], is_infrastructure, recursive=False):
            log.warning("%s changed: restart for that to take effect", _names(changed))


async def batches(folders: Iterable[Path], wanted: Wanted, *, recursive: bool = True) -> AsyncIterator[set[Path]]:
    """The files that changed together, time after time; without those that editors keep for themselves."""

    def counts(_change: Change, name: str) -> bool:
        path = Path(name)
        return not path.name.startswith(TEMPORARY) and wanted(path)

    present = [folder for folder in folders if folder.is_dir()]
    polling = False
    while True:
        try:
            async for changes in awatch(
                *present,
                watch_filter=counts,
                step=QUIET_MILLISECONDS,
                debounce=LONGEST_MILLISECONDS,
                recursive=recursive,
                force_polling=polling or None,
            ):
                yield {Path(name) for _, name in changes}
        except (OSError, RuntimeError) as error:
            if polling:
                raise
            log.warning("The system does not report file changes (%s); files are polled instead", error)
            polling = True
        else:
            return


def is_code(path: Path) -> bool:
    """Whether functions are made of it; compiled modules and data are not."""
    return path.suffix == ".py"


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(sorted(path.name for path in paths))
