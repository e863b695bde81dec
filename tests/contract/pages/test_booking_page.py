"""The page about booking names every rule that the code may answer with."""

import ast
from pathlib import Path

import pytest

from booking.calendar.rules import RULES

ROOT = Path(__file__).parents[3]
MAKERS = ("Violation", "Violation.of")
PAGE = (ROOT / "docs" / "booking.md").read_text(encoding="utf-8")


def rule_codes(module: str, position: int) -> set[str]:
    """The codes that a module's violations are made with."""
    tree = ast.parse((ROOT / "functions" / "booking" / module).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call.args for call in calls if ast.unparse(call.func) in MAKERS and len(call.args) > position]
    return {str(args[position].value) for args in made if isinstance(args[position], ast.Constant)}  # type: ignore[attr-defined]


CODES = set(RULES) | rule_codes("calendar/verdicts.py", 1) | rule_codes("calendar/refusals.py", 1)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_rule_of_a_slot_is_explained(code: str) -> None:
    assert f"`{code}`" in PAGE


def test_no_rule_is_explained_that_is_not_there() -> None:
    table = PAGE.split("| code | field | when |")[1].split("\n\n")[0]
    named = {code for line in table.splitlines()[2:] for code in line.split("|")[1].replace("`", "").split(", ")}
    assert {code.strip() for code in named} == CODES
    assert len(CODES) > 10
