"""The cursor of a list, as an index can use it."""

import ast
from pathlib import Path
from uuid import UUID

from sqlalchemy import column

from core.http.paging import ahead_of, behind, decode_cursor, encode_cursor, paged
from tests.support.clock import NOW

FUNCTIONS = Path(__file__).parents[4] / "functions"
CURSOR = (NOW, UUID(int=7))


def test_the_bound_on_time_stands_outside_the_or() -> None:
    newest, oldest = behind(CURSOR, column("at"), column("id")), ahead_of(CURSOR, column("at"), column("id"))
    assert str(newest) == "at <= :at_1 AND (at < :at_2 OR id > :id_1)"
    assert str(oldest) == "at >= :at_1 AND (at > :at_2 OR id > :id_1)"


def test_no_repository_takes_a_cursor_apart_by_itself() -> None:
    """`(t < x) OR (t = x AND id > y)` says the same and reads every page before the one that is asked for."""
    found = [
        f"{path.relative_to(FUNCTIONS)}:{node.lineno}"
        for path in [*FUNCTIONS.rglob("*repository*.py"), *FUNCTIONS.rglob("unit_of_work.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == "after"
    ]
    assert not found


def test_a_page_leads_on_only_where_more_was_found() -> None:
    found = [1, 2, 3]
    assert paged(found, 2, str).model_dump() == {"data": [1, 2], "next_cursor": "2"}
    assert paged(found, 3, str).model_dump() == {"data": [1, 2, 3], "next_cursor": None}
    assert paged([], 3, str).model_dump() == {"data": [], "next_cursor": None}


def test_a_cursor_comes_back_as_it_went_and_the_first_page_has_none() -> None:
    assert decode_cursor(encode_cursor(*CURSOR)) == CURSOR
    assert decode_cursor(None) is None
