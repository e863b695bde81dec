"""Compiles the built functions once and for all: doing so for each copy would take ten times as long."""

import compileall
import shutil
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

MARK = "migrator/app.py"


def main(build: Path) -> None:
    """Lambda's disk is read-only: without .pyc files every cold start would compile what it imports."""
    first, *others = sorted(mark.parents[1] for mark in build.glob(f"*/{MARK}"))
    compiled = compileall.compile_dir(
        first,
        quiet=1,
        stripdir=str(first),
        prependdir="/var/task",
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        sys.exit("The functions do not compile")
    for other in others:
        for cache in first.rglob("__pycache__"):
            shutil.copytree(cache, other / cache.relative_to(first), dirs_exist_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
