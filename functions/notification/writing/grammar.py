"""The grammar of what staff may write: conditions, blocks of the layout, and a few filters.

There is no loop, no assignment, no macro and no multiplication, so nothing is rendered more than once, and what comes
out is no longer than the source and what it names. It is rendered in the time that it takes to read it, anywhere:
nothing has to be stopped from outside, which in a thread could not be done."""

from collections.abc import Iterator

from jinja2 import nodes

DEEPEST = 40
"""Nodes within nodes: conditions, blocks and expressions."""
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Extends, nodes.Include, nodes.Block, nodes.If,
    nodes.CallBlock, nodes.Call, nodes.Name, nodes.Const, nodes.Getattr, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg,
    nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
FILTERS = ("truncate", "trim", "upper", "lower", "capitalize", "title", "default", "d", "length", "int", "abs")
TESTS = ("none", "defined", "undefined")


class TooDeepError(Exception):
    """More within one another than a text needs."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def walked(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Every node, the outer ones first; `TooDeepError`."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooDeepError(node.lineno)
        yield node
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]


def forbidden(node: nodes.Node) -> str | None:
    """What it is called, where there is no such thing."""
    if not isinstance(node, ALLOWED):
        return type(node).__name__.lower()
    if isinstance(node, nodes.Call) and not isinstance(node.node, nodes.Name):
        return path(node.node)
    if isinstance(node, nodes.Filter):
        return None if node.name in FILTERS and node.node is not None else f"| {node.name}"
    if isinstance(node, nodes.Test):
        return None if node.name in TESTS else f"is {node.name}"
    return None


def path(node: nodes.Node) -> str:
    """`booking.number`; anything that is no such path by what it is."""
    names: list[str] = []
    while isinstance(node, nodes.Getattr):
        names.append(node.attr)
        node = node.node
    names.append(node.name if isinstance(node, nodes.Name) else f"({type(node).__name__.lower()})")
    return ".".join(reversed(names))
