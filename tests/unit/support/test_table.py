"""A table of rows is one test, and every row that fails is told."""

import pytest

from tests.support.runs.table import each


def test_every_row_is_tried_and_each_that_fails_is_named() -> None:
    tried = []

    @each("number", [1, 2, 3, 4])
    def even(number: int) -> None:
        tried.append(number)
        assert number % 2 == 0

    with pytest.raises(ExceptionGroup, match="2 of 4 rows") as failed:
        even()
    assert tried == [1, 2, 3, 4]
    assert [error.__notes__ for error in failed.value.exceptions] == [["in the row 1"], ["in the row 3"]]


def test_a_row_of_several_values_is_named_by_all_of_them() -> None:
    @each(("left", "right"), lambda: [(1, 1), (2, 3)], ids=lambda value: f"<{value}>")
    def equal(left: int, right: int) -> None:
        assert left == right

    with pytest.raises(ExceptionGroup) as failed:
        equal()
    assert failed.value.exceptions[0].__notes__ == ["in the row <2>-<3>"]


def test_an_empty_table_fails() -> None:
    @each("nothing", [])
    def checked(nothing: int) -> None:
        """Never called."""

    with pytest.raises(AssertionError, match="nothing to check"):
        checked()


@each("number", [1, 2])
def test_fixtures_are_given_as_to_any_test(number: int, request: pytest.FixtureRequest) -> None:
    assert request.node.name == "test_fixtures_are_given_as_to_any_test"
    assert number in {1, 2}
