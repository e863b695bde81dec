"""What we use of libraries that they do not promise to keep: all of it is named here, and looked at.

The driver's statements travel together by way of pg8000's internals, so its version is pinned. Whoever raises it reads
this table, and the fault tests, against the new version."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DRIVER = ROOT / "layers/core/core/postgres"
PINNED = "1.31.6"
PUBLIC = ("pg8000.exceptions", "pg8000.legacy", "pg8000.native")
FUNCTIONS = {
    "pg8000.core._flush": "(sock)",
    "pg8000.core._read": "(sock, size)",
    "pg8000.core._write": "(sock, d)",
    "pg8000.core.ci_unpack": "(data, offset=0)",
    "pg8000.core.Context": "(statement, stream=None, columns=None, input_funcs=None)",
    "pg8000.converters.make_params": "(py_types, values)",
    "pg8000.dbapi.convert_paramstyle": "(style, query, args)",
}
CONSTANTS = {
    "pg8000.core.BIND": b"B",
    "pg8000.core.CLOSE": b"C",
    "pg8000.core.COMMAND_COMPLETE": b"C",
    "pg8000.core.DESCRIBE": b"D",
    "pg8000.core.EMPTY_QUERY_RESPONSE": b"I",
    "pg8000.core.EXECUTE_MSG": b"E\x00\x00\x00\x09\x00\x00\x00\x00\x00",
    "pg8000.core.NO_DATA": b"n",
    "pg8000.core.NULL_BYTE": b"\x00",
    "pg8000.core.PARSE": b"P",
    "pg8000.core.PARSE_COMPLETE": b"1",
    "pg8000.core.PORTAL": b"P",
    "pg8000.core.READY_FOR_QUERY": b"Z",
    "pg8000.core.ROW_DESCRIPTION": b"T",
    "pg8000.core.STATEMENT": b"S",
    "pg8000.core.SYNC_MSG": b"S\x00\x00\x00\x04",
}
METHODS = {
    "Connection": {
        "close": "(self)",
        "commit": "(self)",
        "cursor": "(self)",
        "execute_simple": "(self, statement)",
        "execute_unnamed": "(self, statement, vals=(), oids=(), stream=None)",
        "handle_ERROR_RESPONSE": "(self, data, context)",
        "handle_messages": "(self, context)",
        "register_in_adapter": "(self, oid, in_func)",
        "rollback": "(self)",
    },
    "Cursor": {"execute": "(self, operation, args=(), stream=None)"},
}
# Set by the library in its own code, or properties.
ATTRIBUTES = {
    "Connection": {
        "_client_encoding", "_in_transaction", "_sock", "_usock", "autocommit", "message_types", "py_types",
    },
    "Cursor": {"_c", "_context", "_input_oids", "_row_iter"},
}  # fmt: skip
# Alembic tells nobody else which steps lead from one revision to another. The lock files pin it.
OTHERS = {
    "alembic.script.ScriptDirectory._upgrade_revs": (
        "(self, destination: 'str', current_rev: 'str') -> 'list[RevisionStep]'"
    ),
}
# A process that is forked with the client imported makes its native part itself, as the client does.
CLIENT = "awslambdaric.lambda_runtime_client"
# ministack has queues, and no interface to them but HTTP; the lock files pin it.
BROKER = {
    "ministack.services.eventbridge._events_log_list": "() -> list",
    "ministack.services.eventbridge._put_events": "(data, allow_aws_source=False)",
    "ministack.services.sqs._act_change_visibility": "(data: dict, qurl: str) -> dict",
    "ministack.services.sqs._act_delete_message": "(data: dict, qurl: str) -> dict",
    "ministack.services.sqs._act_receive_message": "(data: dict, qurl: str) -> dict",
    "ministack.services.sqs._build_sys_attrs": "(msg: dict, names: list) -> dict",
    "ministack.services.sqs._dlq_sweep": "(q: dict) -> None",
    "ministack.services.sqs._ensure_msg_fields": "(m: dict) -> None",
    "ministack.services.sqs._expire_retained": "(q: dict) -> None",
    "ministack.services.sqs._filter_msg_attrs": "(attrs: dict, names: list) -> dict",
    "ministack.services.sqs._get_q": "(url: str, action: str | None = None) -> dict",
    "ministack.services.sqs._handle_json": "(action: str, data: dict, path: str) -> tuple",
    "ministack.services.sqs._json_err_resp": "(code: str, msg: str, status: int = 400) -> tuple",
    "ministack.services.sqs._md5_msg_attrs": "(attrs: dict | None) -> str | None",
    "ministack.services.sqs._validate_batch_entries": "(entries: list, entry_name: str) -> None",
}
BROKER_TABLES = {"_Err", "_HANDLERS"}
# Underscored and documented all the same: of SQLAlchemy's rows, and of named tuples.
DOCUMENTED = {"_mapping", "_replace"}
SHIPPED = ("functions", "layers", "shared_schemas", "infra")


def trees(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def names_of_the_driver() -> Iterator[str]:
    """What is imported of pg8000 beside its public interfaces, and what is read of its modules."""
    for _, tree in trees(DRIVER):
        modules = dict[str, str]()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "pg8000":
                modules |= {name.asname or name.name: f"pg8000.{name.name}" for name in node.names}
            elif isinstance(node, ast.ImportFrom) and is_internal(str(node.module)):
                yield from (f"{node.module}.{name.name}" for name in node.names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                yield f"{modules[node.value.id]}.{node.attr}"


def is_internal(module: str) -> bool:
    return module.startswith("pg8000.") and module not in PUBLIC


def parents() -> dict[str, type[Any]]:
    legacy = import_module("pg8000.legacy")
    return {name: getattr(legacy, name) for name in METHODS}


def set_by(parent: type[Any]) -> set[str]:
    """The attributes that a class of the library gives its instances."""
    found = set[str]()
    for known in parent.__mro__[:-1]:
        for node in ast.walk(ast.parse(inspect.getsource(known))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and ast.unparse(node.value) == "self"
            ):
                found.add(node.attr)
    return found | {name for name, value in inspect.getmembers(parent) if isinstance(value, property)}


def used_of(parent: str) -> set[str]:
    """What our subclass of a class of the library touches or replaces of it."""
    theirs = set_by(parents()[parent]) | {name for name in dir(parents()[parent]) if not name.startswith("__")}
    ours = set[str]()
    for _, tree in trees(DRIVER):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == parent for base in node.bases):
                ours |= {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
                ours |= {inner.name for inner in ast.walk(node) if isinstance(inner, ast.FunctionDef)}
    return ours & theirs


def test_the_driver_is_pinned_where_it_is_shipped_and_where_it_is_tested() -> None:
    assert f"pg8000=={PINNED}" in (ROOT / "requirements/layer.in").read_text().splitlines()
    assert re.search(rf"^pg8000=={re.escape(PINNED)}\b", (ROOT / "requirements/dev.txt").read_text(), re.MULTILINE)
    assert version("pg8000") == PINNED


def test_every_internal_of_the_driver_is_named_here() -> None:
    assert set(names_of_the_driver()) == FUNCTIONS.keys() | CONSTANTS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_internal_function_is_called_as_it_was(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)

    if attribute == "ci_unpack":
        # Made by a call, so without names of its own.
        assert found(b"Z\x00\x00\x00\x05") == (b"Z", 5)
    else:
        assert str(inspect.signature(found)) == FUNCTIONS[name]


@pytest.mark.parametrize("name", CONSTANTS)
def test_an_internal_constant_is_what_the_protocol_says(name: str) -> None:
    module, _, attribute = name.rpartition(".")

    assert getattr(import_module(module), attribute) == CONSTANTS[name]


@pytest.mark.parametrize("parent", METHODS)
def test_what_a_subclass_of_the_drivers_touches_is_named_here(parent: str) -> None:
    assert used_of(parent) == METHODS[parent].keys() | ATTRIBUTES[parent]
    assert ATTRIBUTES[parent] <= set_by(parents()[parent])


@pytest.mark.parametrize(("parent", "method"), [(parent, name) for parent in METHODS for name in METHODS[parent]])
def test_a_method_of_the_drivers_takes_what_it_took(parent: str, method: str) -> None:
    assert str(inspect.signature(getattr(parents()[parent], method))) == METHODS[parent][method]


def test_nobody_else_touches_what_a_library_keeps_for_itself() -> None:
    found = {name for folder in SHIPPED for name in private_names(ROOT / folder)}

    assert found == DOCUMENTED | BROKER_TABLES | {name.rpartition(".")[2] for name in OTHERS | BROKER}


@pytest.mark.parametrize("name", BROKER)
def test_an_internal_of_the_broker_is_called_as_it_was(name: str) -> None:
    module, _, attribute = name.rpartition(".")

    assert str(inspect.signature(getattr(import_module(module), attribute))) == BROKER[name]


def test_the_client_of_lambda_makes_its_native_part_as_it_did() -> None:
    source = inspect.getsource(import_module(CLIENT))

    assert "    import runtime_client\n\n    runtime_client.initialize_client(_user_agent())\n" in source


@pytest.mark.parametrize("name", OTHERS)
def test_an_internal_of_another_library_is_called_as_it_was(name: str) -> None:
    module, owner, attribute = name.rsplit(".", 2)

    assert str(inspect.signature(getattr(getattr(import_module(module), owner), attribute))) == OTHERS[name]


def private_names(folder: Path) -> Iterator[str]:
    """Underscored names of what is not one's own, beside those of the driver."""
    for path, tree in trees(folder):
        for node in () if path.is_relative_to(DRIVER) else ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                yield from (name.name for name in node.names if is_private(name.name))
            if isinstance(node, ast.Attribute) and is_private(node.attr) and not is_own(node.value):
                yield node.attr


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def is_own(value: ast.expr) -> bool:
    """`self` and `cls`, and what `super()` is of."""
    return (isinstance(value, ast.Name) and value.id in ("self", "cls")) or ast.unparse(value) == "super()"
