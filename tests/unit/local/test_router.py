"""Routing as API Gateway does it."""

import pytest

from infra.local.doors.router import Router
from infra.local.template.model import Route

ROUTER = Router(
    Route(method, path, function)
    for method, path, function in [
        ("GET", "/", "root"),
        ("GET", "/halls", "halls"),
        ("POST", "/halls", "new"),
        ("GET", "/halls/{hall}", "hall"),
        ("GET", "/halls/best", "best"),
        ("GET", "/halls/{hall}/free", "free"),
        ("ANY", "/any", "any"),
        ("GET", "/files/{proxy+}", "file"),
        ("POST", "/halls/best", "vote"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/", "root", {}),
        ("GET", "/halls", "halls", {}),
        ("GET", "/halls/", "halls", {}),
        ("POST", "/halls", "new", {}),
        ("GET", "/halls/7", "hall", {"hall": "7"}),
        ("GET", "/halls/a%2Fb%20c", "hall", {"hall": "a/b c"}),
        ("GET", "/halls/best", "best", {}),
        ("GET", "/halls/best/free", "free", {"hall": "best"}),
        ("DELETE", "/any", "any", {}),
        ("GET", "/files/a/b", "file", {"proxy": "a/b"}),
    ],
)
def test_a_path_leads_to_its_most_specific_route(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    match = ROUTER.match(method, path)

    assert match and match.route
    assert (match.route.function, match.parameters) == (function, parameters)


@pytest.mark.parametrize("path", ["/hall", "/halls/7/busy", "/halls//free", "/files", "/halls/7/free/x"])
def test_an_unknown_path_leads_nowhere(path: str) -> None:
    assert ROUTER.match("GET", path) is None


def test_a_wrong_method_is_told_from_an_unknown_path() -> None:
    match = ROUTER.match("DELETE", "/halls")

    assert match and match.route is None
