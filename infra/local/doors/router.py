"""Finds the route of a path as API Gateway does: exact segments before parameters before `{proxy+}`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from infra.local.template.model import Route


@dataclass
class _Node:
    exact: "dict[str, _Node]" = field(default_factory=dict)
    parameter: "_Node | None" = None
    methods: dict[str, Route] = field(default_factory=dict)
    greedy: dict[str, Route] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    greedy_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A route and its path parameters, decoded; `route` None means that only the method is unknown."""

    route: Route | None
    parameters: dict[str, str]


class Router:
    """Compiled once; a look-up costs one dictionary access a segment."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a raw path (still percent-encoded), or None if no route has that path."""
        # API Gateway takes `/halls/` for `/halls`.
        trimmed = path[1:-1] if path.endswith("/") else path[1:]
        return _find(self._root, trimmed.split("/") if trimmed else [], 0, method, [])

    def _add(self, route: Route) -> None:
        node, names = self._root, list[str]()
        for segment in filter(None, route.path.split("/")):
            if segment.endswith("+}"):
                node.greedy[route.method] = route
                node.greedy_names = (*names, segment[1:-2])
                return
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.exact.setdefault(segment, _Node())
        node.methods[route.method] = route
        node.names = tuple(names)


def _find(node: _Node, segments: list[str], index: int, method: str, values: list[str]) -> Match | None:
    if index == len(segments):
        return _pick(node.methods, node.names, method, values) if node.methods else None
    segment = segments[index]
    found = None
    if child := node.exact.get(segment):
        found = _find(child, segments, index + 1, method, values)
    if not (found and found.route) and node.parameter and segment:
        found = _find(node.parameter, segments, index + 1, method, [*values, unquote(segment)]) or found
    if not (found and found.route) and node.greedy:
        rest = unquote("/".join(segments[index:]))
        found = _pick(node.greedy, node.greedy_names, method, [*values, rest])
    return found


def _pick(methods: dict[str, Route], names: tuple[str, ...], method: str, values: list[str]) -> Match:
    return Match(methods.get(method) or methods.get("ANY"), dict(zip(names, values, strict=True)))
