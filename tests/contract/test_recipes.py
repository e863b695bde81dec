"""The table of what it takes to add something is that of the recipes, each of which is played by a test."""

import re
from pathlib import Path

import pytest

from tests.support.recipes.recipe import places

PAGE = Path(__file__).parents[2] / "docs/decisions/0043-a-folder-for-each-capability.md"
ROWS = re.findall(r"(?m)^\| (an? [\w ]+) \| [^|]+ \| (\d) \| (\d) \|$", PAGE.read_text(encoding="utf-8"))


def test_there_is_something_to_check() -> None:
    assert len(ROWS) == 9


@pytest.mark.parametrize(("what", "files", "folders"), ROWS)
def test_the_table_counts_what_the_recipe_names(what: str, files: str, folders: str) -> None:
    title = what[0].upper() + what[1:]
    named = places("Adding a gateway", "docs/gateways.md") if what == "a payment gateway" else places(title)
    assert all(named), f"{title}: a step names no file"
    own = [place for place in named if place.endswith("/")]
    assert (len(named) - len(own), len(own)) == (int(files), int(folders)), named
