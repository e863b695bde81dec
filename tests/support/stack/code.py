"""What the code of a function can reach, as it is written: never less than it does, sometimes more."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = (ROOT / "functions", ROOT / "layers" / "core", ROOT)
# These import by name what lies beside them.
REGISTRIES = ("notification.channels.registry", "payment.gateways.registry", "integration.connectors.registry")


def using(handler: str, marks: Mapping[str, str]) -> set[str]:
    """The marks, by name, whose text is in a module that a handler such as `booking.jobs.expire_holds` can reach."""
    texts = [_path(module).read_text(encoding="utf-8") for module in reached_by(handler)]
    return {name for name, mark in marks.items() if any(mark in text for text in texts)}


@cache
def reached_by(handler: str) -> frozenset[str]:
    """Modules: of a job or consumer those that its own lines name, and those behind the use cases that it asks the
    composition for; of anything else all that its module imports, and all use cases that those name."""
    module, _, name = handler.rpartition(".")
    service, _, part = module.partition(".")
    if part in ("jobs", "consumers", "consumers_connectors"):
        bodies = _bodies(_tree(module), name)
        imports = _imports(module)
        modules = frozenset[str]().union(*(_closure(imports[each]) for each in _words(bodies) & imports.keys()))
    else:
        modules = _closure(module)
        bodies = [_tree(each) for each in modules]
    if not any(_candidates(f"{service}.composition")):
        return modules
    asked = _words(bodies) & _members(service, "App").keys()
    return modules.union(*(_closure(each) for each in _imported_by(service, asked)))


def _words(bodies: Iterable[ast.AST]) -> set[str]:
    """The names and attributes in some code."""
    nodes = [node for body in bodies for node in ast.walk(body)]
    return {n.attr for n in nodes if isinstance(n, ast.Attribute)} | {n.id for n in nodes if isinstance(n, ast.Name)}


def _imports(module: str) -> dict[str, str]:
    return {name: of for node in ast.walk(_tree(module)) for name, of in _names(node)}


def _bodies(tree: ast.Module, name: str) -> list[ast.AST]:
    """The definition of a name, and of what it uses of the same module; all of it where that makes its names itself."""
    defined = _definitions(tree)
    if name not in defined:
        return [tree]
    found: dict[str, ast.AST] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in defined and one not in found:
            found[one] = defined[one]
            waiting += [node.id for node in ast.walk(defined[one]) if isinstance(node, ast.Name)]
    return list(found.values())


def _definitions(tree: ast.Module) -> dict[str, ast.AST]:
    defined: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            defined[node.targets[0].id] = node
    return defined


def _members(service: str, kind: str) -> dict[str, ast.AST]:
    """What a class of a composition has, by name: its properties, methods and fields."""
    tree = _tree(f"{service}.composition")
    found = _definitions(tree).get(kind, ast.ClassDef(kind, [], [], [], []))
    assert isinstance(found, ast.ClassDef)
    fields = {n.target.id: n for n in found.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    return {**fields, **{n.name: n for n in found.body if isinstance(n, ast.FunctionDef)}}


def _imported_by(service: str, start: Iterable[str]) -> set[str]:
    """The modules that the composition makes these members of its app from."""
    tree = _tree(f"{service}.composition")
    pieces = {**_definitions(tree), **_members(service, "App"), **_members(service, "Outside")}
    # Every use case begins a transaction of its own kind: what can be done in one is not done for that.
    del pieces["App"]
    pieces.pop("Outside", None)
    imports = _imports(f"{service}.composition")
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in pieces:
            waiting += _words([pieces[one]])
    return {imports[name] for name in seen & imports.keys() if "unit_of_work" not in imports[name]}


@cache
def _closure(module: str) -> frozenset[str]:
    """All that a module imports, but for the composition: that makes everything, and is asked for some of it."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        one = waiting.pop()
        if one in found or not _is_ours(one) or one.endswith(".composition"):
            continue
        found.add(one)
        waiting += _imports(one).values()
        waiting += _beside(one)
    return frozenset(found)


def _beside(module: str) -> Collection[str]:
    if module not in REGISTRIES:
        return ()
    folder = _path(module).parent
    package = module.rpartition(".")[0]
    return [
        ".".join([package, *path.relative_to(folder).with_suffix("").parts]).removesuffix(".__init__")
        for path in folder.rglob("*.py")
    ]


def _names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name that a statement imports, with the module that it is of."""
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield alias.asname or alias.name, whole if _is_ours(whole) else node.module
    elif isinstance(node, ast.Import):
        yield from ((alias.asname or alias.name, alias.name) for alias in node.names)


@cache
def _is_ours(module: str) -> bool:
    return module.split(".")[0] not in ("tests", "infra") and any(_candidates(module))


def _candidates(module: str) -> Iterator[Path]:
    for root in SOURCES:
        path = root.joinpath(*module.split("."))
        yield from (p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists())


@cache
def _path(module: str) -> Path:
    return next(_candidates(module))


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(_path(module).read_text(encoding="utf-8"))
