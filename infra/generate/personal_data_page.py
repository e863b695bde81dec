"""Writes the tables of `docs/personal-data.md` from each service's declaration; with `--check` it only compares."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from core.personal_data import DELIVERY, Inventory, Personal
from infra.database.schema import SERVICES
from shared_schemas.privacy.purposes import PURPOSES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "personal-data.md"
BEGIN, END = "<!-- tables: written by `make openapi` -->\n", "<!-- end of tables -->\n"
COLUMNS = "\n| column | what | for | kept | an erasure |\n|---|---|---|---|---|\n"


def inventories() -> dict[str, Inventory]:
    """What each service declares, and what every service has."""
    own: dict[str, Inventory] = {name: import_module(f"{name}.personal_data").INVENTORY for name in SERVICES}
    return own | {"every service": DELIVERY}


def page() -> str:
    """The page, with its tables as they should be; the rest is written by hand."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "".join(_tables()) + END + after


def _tables() -> Iterator[str]:
    for name, inventory in inventories().items():
        rows = "".join(map(_row, inventory.personal.values()))
        yield f"\n### {name.capitalize()}\n{COLUMNS}{rows}"
    yield "\n### For what\n\n| word | what the person is told |\n|---|---|\n"
    yield "".join(f"| {purpose} | {text.en}. |\n" for purpose, text in PURPOSES.items())
    yield "\n"


def _row(row: Personal) -> str:
    kept = f"`{row.kept}`" if row.kept.isupper() else row.kept
    return f"| `{row.column}` | {row.what} | {row.purpose} | {kept} | {row.erased} |\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(PAGE.read_text(encoding="utf-8") != page() and "docs/personal-data.md is stale: run `make openapi`")
    PAGE.write_text(page(), encoding="utf-8")
