"""One copy of the project for all recipes that can be undone again: a copy costs more than what is done to it."""

from collections.abc import Iterator

import pytest

from tests.support.recipes.tree import Tree


@pytest.fixture(scope="package")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("recipes") / "tree")


@pytest.fixture
def tree(copied: Tree) -> Iterator[Tree]:
    """The copy as nobody has touched it."""
    yield copied
    copied.restore()
