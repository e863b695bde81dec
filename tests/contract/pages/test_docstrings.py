"""A use case names the errors that it raises itself: whoever calls it reads them where it is written."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

FUNCTIONS = Path(__file__).parents[3] / "functions"
SERVICES = sorted(path.parent.name for path in FUNCTIONS.glob("*/composition.py"))
# No caller sees it: `retried` runs the request again.
INTERNAL = {"OvertakenError"}
NAME = re.compile(r"`(\w+)`")

Functions = Mapping[str, ast.FunctionDef]


def use_cases(service: str) -> Iterator[type]:
    """The classes of the service that its app is composed of."""
    for value in vars(import_module(f"{service}.composition").App).values():
        if isinstance(value, cached_property):
            found = get_type_hints(value.func)["return"]
            if isinstance(found, type) and found.__module__.startswith(f"{service}."):
                yield found


def functions_of(node: ast.Module | ast.ClassDef) -> Functions:
    return {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}


def in_the_open(node: ast.AST) -> Iterator[ast.AST]:
    """All that is in it, without what stands in a `try` and may be caught."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Try) and child.handlers):
            yield child
            yield from in_the_open(child)


def raised(function: ast.FunctionDef, own: Functions, beside: Functions, seen: set[str]) -> Iterator[str]:
    """Errors that a method raises, and those of the methods and functions of its file that it calls."""
    for node in in_the_open(function):
        if isinstance(node, ast.Raise) and node.exc:
            yield ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            name, called = f"self.{node.attr}", own.get(node.attr)
        elif isinstance(node, ast.Name):
            name, called = node.id, beside.get(node.id)
        else:
            continue
        if called and name not in seen:
            seen.add(name)
            yield from raised(called, own, beside, seen)


def named(method: str, own: Functions) -> set[str]:
    """What its docstring names, and what the docstrings of the methods name that it refers to."""
    text = {name: ast.get_docstring(each) or "" for name, each in own.items()}
    names = set(NAME.findall(text[method]))
    return names.union(*(NAME.findall(text[other]) for other in names & set(own)))


def unnamed(use_case: type) -> Iterator[str]:
    module = ast.parse(inspect.getsource(sys.modules[use_case.__module__]))
    (found,) = (node for node in module.body if isinstance(node, ast.ClassDef) and node.name == use_case.__name__)
    own, beside = functions_of(found), functions_of(module)
    for name, method in own.items():
        if not name.startswith("_"):
            errors = {error for error in raised(method, own, beside, set()) if error.endswith("Error")}
            yield from (f"{use_case.__name__}.{name}: {error}" for error in errors - INTERNAL - named(name, own))


@pytest.mark.parametrize("service", SERVICES)
def test_a_use_case_names_the_errors_that_it_raises(service: str) -> None:
    found = list(use_cases(service))

    assert found
    assert sorted(missing for use_case in found for missing in unnamed(use_case)) == []
