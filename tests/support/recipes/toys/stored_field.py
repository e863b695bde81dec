"""How people arrive, which the studio wants to search by."""

from tests.support.recipes.recipe import Recipe
from tests.support.recipes.tree import Tree

CONTRACT = "shared_schemas/booking/bookings.py"
EVENTS = "shared_schemas/events/bookings.py"
TABLE = "functions/booking/bookings/tables.py"
VERSIONS = "functions/migrator/migrations/versions"
MIGRATION = f"{VERSIONS}/<number>_<name>.py"
KEPT = "    arrives_by: str | None = None\n"
SCRIPT = '''"""How people arrive."""

from migrator.migrations import online

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    online.columns("booking.bookings", "arrives_by text")
'''


def contract(tree: Tree) -> None:
    said = "    comment: Comment | None = None\n    rules_version"
    tree.edit(CONTRACT, said, f"    arrives_by: Name | None = None\n{said}")
    kept = "    comment: Said | None = None\n"
    tree.edit(CONTRACT, kept, f"{kept}{KEPT}")


def event(tree: Tree) -> None:
    tree.edit(EVENTS, "    people: int\n", f"    people: int\n{KEPT}")


def column(tree: Tree) -> None:
    comment = '    Column("comment", Text),\n'
    tree.edit(TABLE, comment, f'{comment}    Column("arrives_by", Text),\n')


def migration(tree: Tree) -> None:
    newest = max(path.stem[:4] for path in (tree.root / VERSIONS).glob("0*.py"))
    tree.write(f"{VERSIONS}/9999_arrival.py", SCRIPT.format(newest=newest))


RECIPE = Recipe(
    "A stored field of a booking",
    [
        (CONTRACT, contract),
        (EVENTS, event),
        (TABLE, column),
        (MIGRATION, migration),
    ],
    {"number": "9999", "name": "arrival"},
)
