"""`python -m infra.clients`, which is `make clients`: both clients into `dist/clients`, ready to be published."""

import argparse
import sys
from pathlib import Path

from infra.clients import node_package, python_package
from infra.clients.building import ROOT, BuildError
from infra.clients.document import document

BUILDERS = {"python": python_package.build, "typescript": node_package.build}


def main() -> None:
    """Build those that are named, or both; exit with 1 and the reason if one cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m infra.clients", description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="language", help="python, typescript; by default both")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "clients")
    wanted = parser.parse_args()
    if unknown := sorted(set(wanted.languages) - BUILDERS.keys()):
        parser.error(f"there is no client for {', '.join(unknown)}")
    made, failed = document(), False
    for language in wanted.languages or BUILDERS:
        try:
            folder = BUILDERS[language](made, wanted.out.resolve())
            print(f"{language}: {', '.join(published(folder))}")  # noqa: T201
        except BuildError as error:
            failed = True
            print(f"{language}: {error}", file=sys.stderr)  # noqa: T201
    sys.exit(failed)


def published(folder: Path) -> list[str]:
    """What a registry takes."""
    return [str(path) for pattern in ("dist/*.whl", "dist/*.tar.gz", "*.tgz") for path in sorted(folder.glob(pattern))]


if __name__ == "__main__":
    main()
