"""A copy of the project in which a test plays a recipe: it adds what the recipe says, and runs the copy."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

ROOT = Path(__file__).parents[3]
PARTS = ("functions", "layers/core", "shared_schemas", "infra", "tests", "events", "docs", "requirements")
FILES = ("template.yaml", "pyproject.toml", "README.md", "CONTRIBUTING.md", "Makefile")
PATHS = ("functions", "layers/core", ".")
IGNORED = shutil.ignore_patterns(".cyclorama")
HANG_SECONDS = 200


class Tree:
    """The sources at `root`, apart from ours; `touched` are the files and folders that somebody wrote by hand.

    Compiled modules are copied, too: compiling costs more than all else that a copy does."""

    def __init__(self, directory: Path) -> None:
        self.root = directory
        self.touched: list[str] = []
        self._changed: set[str] = set()
        for part in PARTS:
            shutil.copytree(ROOT / part, directory / part, ignore=IGNORED)
        for name in FILES:
            shutil.copy(ROOT / name, directory / name)

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, content: str) -> None:
        """A new file; its package is made with it."""
        self._note(path)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".py" and target.parent.name != "versions":
            (target.parent / "__init__.py").touch()
        self._put(path, content)

    def add(self, path: str, source: Path) -> None:
        """A new folder."""
        self._note(path)
        shutil.copytree(source, self.root / path, ignore=IGNORED)
        self.touched.append(path)

    def edit(self, path: str, before: str, after: str) -> None:
        """Change one place of a file, which must be there exactly once."""
        text = self.read(path)
        assert text.count(before) == 1, f"{path}: {before!r} is there {text.count(before)} times"
        self._put(path, text.replace(before, after))

    def substitute(self, path: str, pattern: str, replacement: str) -> None:
        """The same where the place is found by a pattern: the first that there is."""
        text, done = re.subn(pattern, replacement, self.read(path), count=1)
        assert done == 1, f"{path} has no {pattern}"
        self._put(path, text)

    def append(self, path: str, text: str) -> None:
        self._put(path, self.read(path) + text)

    def remove(self, path: str) -> None:
        self._note(path)
        target = self.root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()

    def restore(self) -> None:
        """As it was copied; what was generated stays."""
        for path in self._changed:
            source, target = ROOT / path, self.root / path
            if source.is_file():
                self._write(path, source.read_text(encoding="utf-8"))
                continue
            if target.is_dir():
                shutil.rmtree(target)
            target.unlink(missing_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=IGNORED)
        self.touched, self._changed = [], set()

    def _put(self, path: str, content: str) -> None:
        self._note(path)
        self._write(path, content)
        self.touched.append(path)

    def _note(self, path: str) -> None:
        """What is to be restored: the file, or the highest of its folders that is new."""
        place = Path(path)
        while not (self.root / place.parent).exists():
            place = place.parent
        self._changed.add(place.as_posix())

    def _write(self, path: str, content: str) -> None:
        target = self.root / path
        target.write_text(content, encoding="utf-8")
        # A change within the same second, and of the same length, would not be seen.
        for compiled in target.parent.glob(f"__pycache__/{target.stem}.*.pyc"):
            compiled.unlink()

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python on the copy, which sees nothing of ours; its output is text."""
        places = os.pathsep.join(str(self.root / path) for path in PATHS)
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env=_inherited() | {"PYTHONPATH": places} | environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )

    def tests(self, *selection: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "pytest", "-p", "no:xdist", *selection)

    def migrate(self, database: URL) -> None:
        """To the newest revision of the copy."""
        ran = self.run("-m", "tests.support.recipes.migrate", database.render_as_string(hide_password=False))
        assert ran.returncode == 0, ran.stderr

    def play(self, name: str, service: str, database: URL, **environment: str) -> Any:
        """What a module of `plays` tells, with the settings of a service on this database."""
        url = database.render_as_string(hide_password=False)
        ran = self.run("-m", f"tests.support.recipes.plays.{name}", SERVICE=service, DATABASE_URL=url, **environment)
        # What handlers log is on stdout, too.
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])

    def generate(self, *generators: str) -> None:
        """What `make openapi` does, or the generators of it that are named."""
        ran = self.run("-m", "tests.support.recipes.generate", *generators)
        assert ran.returncode == 0, ran.stderr


def _inherited() -> dict[str, str]:
    """Without what tells pytest that it runs in CI, where it words and lengthens what failed in another way."""
    return {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
