"""The dependency rules of the architecture, read off the source: `routes | consumers | jobs → service → domain`.

A service is a folder for each capability; a file says its layer by its name, or by the folder that it lies in."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.support.runs.table import each

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
SERVICES = ("booking", "payment", "integration", "notification", "gateway")
FILES = [path for service in SERVICES for path in sorted((FUNCTIONS / service).rglob("*.py"))]
STORAGE = ("sqlalchemy", "pg8000")
HANDLERS = ("app", "routes", "consumers", "jobs", "webhooks", "authorizer", "bootstrap")
STORES = ("repository", "tables", "unit_of_work", "composition")


def layer(path: Path) -> str:
    """`change_routes.py` are routes, `sums_repository.py` is a repository, `domain/terms.py` is of the domain; at the
    root of a service the first word says it: `consumers_connectors.py`. Others are services, clients, parts of both."""
    _, *folders = path.relative_to(FUNCTIONS).parts[:-1]
    if "domain" in folders or "services" in folders:
        return "domain" if "domain" in folders else "service"
    if path.stem in STORES:
        return path.stem
    words = path.stem.split("_")
    return words[-1] if folders else words[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module(path: Path) -> str:
    return ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts)


BY_MODULE = {module(path): path for path in FILES}


def layered(*layers: str) -> list[Path]:
    return [path for path in FILES if layer(path) in layers]


def reached(path: Path) -> set[str]:
    """All that a file imports, and that what it imports of its service imports in turn."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        for name in set(imports(waiting.pop())) - seen:
            seen.add(name)
            if name in BY_MODULE:
                waiting.append(BY_MODULE[name])
    return seen


def ids(path: Path) -> str:
    return str(path.relative_to(FUNCTIONS))


@each("path", layered("domain", "errors"), ids=ids)
def test_the_domain_reaches_only_the_standard_library_and_the_contracts(path: Path) -> None:
    own = path.relative_to(FUNCTIONS).parts[0]
    foreign = [
        name
        for name in reached(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(("shared_schemas", own))
    ]
    assert foreign == []


@each("path", layered("service", "domain", "ports", "errors"), ids=ids)
def test_use_cases_know_storage_only_through_protocols(path: Path) -> None:
    assert [name for name in imports(path) if name.startswith((*STORAGE, "boto3", "chalice"))] == []
    assert [name for name in imports(path) if name in BY_MODULE and layer(BY_MODULE[name]) in STORES] == []


@each("path", layered(*HANDLERS), ids=ids)
def test_handlers_reach_storage_only_through_the_composition(path: Path) -> None:
    assert [name for name in imports(path) if name.startswith(STORAGE)] == []
    stored = [name for name in imports(path) if name in BY_MODULE and layer(BY_MODULE[name]) in STORES]
    assert [name for name in stored if layer(BY_MODULE[name]) != "composition"] == []


@each("path", FILES, ids=ids)
def test_sql_lives_in_repositories(path: Path) -> None:
    if layer(path) not in STORES:
        assert [name for name in imports(path) if name.startswith(STORAGE)] == []


@each("path", FILES, ids=ids)
def test_only_handlers_use_the_composition(path: Path) -> None:
    if layer(path) not in (*HANDLERS, "composition"):
        composed = [name for name in imports(path) if name in BY_MODULE and layer(BY_MODULE[name]) == "composition"]
        assert composed == []


def stores_of(path: Path) -> set[str]:
    """The stores that the transactions of a capability's ports have: properties of protocols."""
    found = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))
    properties = (node for node in found if "property" in map(ast.unparse, node.decorator_list))
    return {node.name for node in properties if node.returns and ast.unparse(node.returns)[0].isupper()}


def asked_of_work(folder: Path) -> set[str]:
    """What a capability reads off its transactions."""
    nodes = (node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    reads = (node for node in nodes if isinstance(node, ast.Attribute))
    return {node.attr for node in reads if ast.unparse(node.value).rpartition(".")[2].lstrip("_") == "work"}


@each("path", [path for path in layered("ports") if stores_of(path)], ids=ids)
def test_a_transaction_has_only_the_stores_that_its_capability_asks(path: Path) -> None:
    """There is no hub of all stores. So whose stores a capability uses is seen in what its ports import, and the
    linter that finds cycles of imports finds those that go through a transaction, too."""
    assert stores_of(path) - asked_of_work(path.parent) == set()


def test_there_is_something_to_check() -> None:
    assert {path.parent.name for path in layered("app")} >= set(SERVICES)
    assert len(layered("service")) >= len(SERVICES)
    assert len(layered("domain")) >= 20


def test_no_folder_has_more_than_twenty_files_of_its_own() -> None:
    """A newcomer sees all of it at once. Migrations are a list by number, which nobody reads as a whole."""
    code = [path for top in ("functions", "layers/core", "shared_schemas", "infra", "tests") for path in files_of(top)]
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in code if path.name != "__init__.py")
    del counts["functions/migrator/migrations/versions"]
    assert {folder: number for folder, number in counts.items() if number > 20} == {}


def files_of(top: str) -> Iterator[Path]:
    return (ROOT / top).rglob("*.py")
