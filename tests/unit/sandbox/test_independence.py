"""The sandbox is a program of its own."""

import ast
from pathlib import Path

import infra.sandbox

PACKAGE = "infra.sandbox"
# The file of a system's clock, and nothing of the system.
CLOCK = "infra.clock"
OURS = ("core", "shared_schemas", "gateway", "booking", "payment", "integration", "notification", "migrator", "infra")


def test_it_imports_nothing_of_the_system_it_serves() -> None:
    files = list(Path(str(infra.sandbox.__file__)).parent.rglob("*.py"))
    assert len(files) > 30
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            foreign = [name for name in names if name.split(".")[0] in OURS and not name.startswith((PACKAGE, CLOCK))]
            assert foreign == [], file
