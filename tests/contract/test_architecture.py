"""The dependency rules of the architecture, read off the source: `app | consumers | jobs → service → domain`."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
SERVICES = ("booking", "payment", "integration", "notification", "gateway")
FILES = [path for service in SERVICES for path in sorted((FUNCTIONS / service).rglob("*.py"))]
STORAGE = ("sqlalchemy", "pg8000")
STORAGE_MODULES = ("repository", "tables", "wiring")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(*prefixes: str) -> list[Path]:
    return [path for path in FILES if path.name.startswith(prefixes)]


def ids(path: Path) -> str:
    return str(path.relative_to(FUNCTIONS))


@pytest.mark.parametrize("path", named("domain", "errors"), ids=ids)
def test_the_domain_imports_only_the_standard_library_and_the_contracts(path: Path) -> None:
    own = tuple(f"{path.parent.name}.{name}" for name in ("domain", "errors"))
    foreign = [
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(("shared_schemas", *own))
    ]
    assert foreign == []


@pytest.mark.parametrize("path", named("service", "domain", "ports"), ids=ids)
def test_use_cases_know_storage_only_through_protocols(path: Path) -> None:
    service = path.parent.name
    forbidden = (*STORAGE, "boto3", "chalice", *(f"{service}.{name}" for name in STORAGE_MODULES))
    assert [name for name in imports(path) if name.startswith(forbidden)] == []


@pytest.mark.parametrize("path", named("app", "consumers", "jobs", "webhooks", "authorizer"), ids=ids)
def test_handlers_reach_storage_only_through_wiring(path: Path) -> None:
    service = path.parent.name
    forbidden = (*STORAGE, f"{service}.repository", f"{service}.tables")
    assert [name for name in imports(path) if name.startswith(forbidden)] == []


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_sql_lives_in_repositories(path: Path) -> None:
    if path.name.startswith(("repository", "tables", "wiring")):
        return
    assert [name for name in imports(path) if name.startswith(STORAGE)] == []


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_only_handlers_use_the_wiring(path: Path) -> None:
    if path.name.startswith(("app", "consumers", "jobs", "webhooks", "authorizer", "bootstrap", "wiring")):
        return
    assert [name for name in imports(path) if name == f"{path.parent.name}.wiring"] == []


def test_there_is_something_to_check() -> None:
    assert {path.parent.name for path in named("app")} >= set(SERVICES)
    assert len(named("service")) >= len(SERVICES)
