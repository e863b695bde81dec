"""The page about other people's calendars and the tests that prove it name each other."""

import ast
from pathlib import Path

import pytest

from booking.ical.warnings import TEXTS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "calendars.md").read_text(encoding="utf-8")
ROWS = [line.split("|") for line in PAGE.split("| what | how | tests |")[1].split("\n\n")[0].splitlines()[2:]]
READER = sorted((ROOT / "tests" / "unit" / "booking" / "ical").glob("test_ical*.py"))
OTHERS = [
    ROOT / "tests" / "unit" / "booking" / "closures" / "test_calendar_address.py",
    *(
        ROOT / "tests" / "integration" / "booking" / f"{name}.py"
        for name in ("closures/test_external", "feeds/test_feeds", "closures/test_fetching")
    ),
]
# What of the reader's tests is about what is stored, not about what is read.
STORED = {
    "test_what_is_kept_says_the_same_and_holds_no_titles_and_nothing_past",
    "test_a_file_of_years_is_kept_as_what_is_to_come",
}


def functions_of(paths: list[Path]) -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    functions = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def named(row: list[str]) -> set[str]:
    return {part.strip().strip("`") for part in row[3].split(",")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip())
def test_every_row_is_proven_by_tests_that_exist(row: list[str]) -> None:
    assert named(row)
    assert named(row) <= functions_of([*READER, *OTHERS])


def test_every_test_of_the_reader_stands_in_the_table() -> None:
    assert functions_of(READER) - STORED == set().union(*map(named, ROWS)) - functions_of(OTHERS)
    assert len(ROWS) > 30


def test_every_warning_is_made_somewhere() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "functions" / "booking").rglob("*.py")]
    others = "".join(source for source in sources if "TEXTS: Mapping" not in source)
    assert [code for code in TEXTS if f'"{code}"' not in others] == []
