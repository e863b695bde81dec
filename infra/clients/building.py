"""What both clients are built with: the tools' environment, and what a build was made from."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv-generators"
SOURCES = Path(__file__).parent
TIMEOUT_SECONDS = 300
BUILT_FROM = "built-from"
NO_VERSION = '"0.0.0"'


class BuildError(RuntimeError):
    """A tool is not there, or it failed."""


def run(command: Iterable[object], cwd: Path) -> None:
    """Run a tool; what it says is only worth reading if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    if done.returncode or "Warning" in done.stdout:
        raise BuildError(f"{Path(words[0]).name} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def require(tool: Path, what: str) -> Path:
    """`BuildError` without it."""
    if not tool.exists():
        raise BuildError(f"{what} is not installed: `make clients` installs it into .venv-generators where it can")
    return tool


def digest(language: str, document: str) -> str:
    """Of all that the client is made from: the same one is not built twice."""
    made = hashlib.sha256(document.encode())
    pins = (ROOT / "requirements").glob("generators.*")
    for path in sorted([*SOURCES.glob("*.py"), *(SOURCES / language).rglob("*"), *pins]):
        if path.is_file() and path.suffix != ".pyc":
            made.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return made.hexdigest()


def is_current(folder: Path, wanted: str) -> bool:
    stamp = folder / BUILT_FROM
    return stamp.exists() and stamp.read_text(encoding="utf-8") == wanted


def with_version(source: Path, target: Path, version: str) -> None:
    """Copy a package's description with the version in it."""
    target.write_text(source.read_text(encoding="utf-8").replace(NO_VERSION, f'"{version}"'), encoding="utf-8")


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")
    return folder
