"""Where visitors of a hall park."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

CONTRACT = "shared_schemas/booking/halls.py"
CHANGED = "    parking: Name | None = None\n"


def contract(tree: Tree) -> None:
    asked = '    description: Description = ""\n'
    tree.edit(CONTRACT, asked, f'{asked}    parking: Name = "in the street"\n')
    changed = "    description: Description | None = None\n"
    tree.edit(CONTRACT, changed, f"{changed}{CHANGED}")


RECIPE = Recipe("A field of a hall", [(CONTRACT, contract)])
