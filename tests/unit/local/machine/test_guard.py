"""Which requests a local port answers, and what pages may do at the broker's: show photos, and upload them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.broker.guarded import Shelf, guarded
from infra.local.machine.guard import LINKS, LINKS_AND_FILES, Guard

OWN = {"host": "127.0.0.1:5050"}


def admitted(guard: Guard, headers: Mapping[str, str]) -> bool:
    return guard.admits(headers.get)


@pytest.mark.parametrize("host", ["127.0.0.1:5050", "localhost:5050", "LocalHost:5050", "[::1]:5050"])
def test_its_own_address_is_answered(host: str) -> None:
    assert admitted(Guard.of(5050), {"host": host})


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:5050", "127.0.0.1", "127.0.0.1:5051", "127.0.0.1.evil.example:5050"]
)
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    assert not admitted(Guard.of(5050), {"host": host})
    assert not admitted(Guard.of(5050), {"host": host, "origin": f"http://{host}"})


def test_a_request_without_a_host_is_refused() -> None:
    assert not admitted(Guard.of(5050), {})


@pytest.mark.parametrize("origin", ["http://127.0.0.1:5050", "http://localhost:5050"])
def test_its_own_pages_are_answered(origin: str) -> None:
    assert admitted(Guard.of(5050), OWN | {"origin": origin, "sec-fetch-site": "same-origin"})


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:3000", "http://127.0.0.1", "null", ""])
def test_pages_of_other_origins_are_refused(origin: str) -> None:
    assert not admitted(Guard.of(5050, modes=LINKS_AND_FILES), OWN | {"origin": origin, "sec-fetch-mode": "no-cors"})


def test_an_origin_may_be_let_in() -> None:
    guard = Guard.of(5050, origins=["https://studio.example"])

    assert admitted(guard, OWN | {"origin": "https://studio.example", "sec-fetch-site": "cross-site"})
    assert not admitted(guard, OWN | {"origin": "https://studio.example:8443"})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_browsers_fetch_without_an_origin_is_refused_unless_the_port_is_open_to_it(site: str) -> None:
    link, image = ({"sec-fetch-site": site, "sec-fetch-mode": mode} for mode in ("navigate", "no-cors"))

    assert not admitted(Guard.of(5050), OWN | link)
    assert not admitted(Guard.of(5050), OWN | image)
    assert admitted(Guard.of(5050, modes=LINKS), OWN | link)
    assert not admitted(Guard.of(5050, modes=LINKS), OWN | image)
    assert admitted(Guard.of(5050, modes=LINKS_AND_FILES), OWN | image)


def test_an_address_that_somebody_typed_is_answered() -> None:
    assert admitted(Guard.of(5050), OWN | {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"})


def test_a_further_host_is_answered_with_its_own_pages() -> None:
    guard = Guard.of(5000, ["Tunnel.example"])

    assert admitted(guard, {"host": "tunnel.example"})
    assert admitted(guard, {"host": "tunnel.example", "origin": "https://tunnel.example"})
    assert not admitted(guard, {"host": "tunnel.example:5000"})


PAGE = "http://127.0.0.1:5000"
SHELF = Shelf("photos-here", Guard.of(5050, origins=[PAGE], modes=LINKS_AND_FILES))
IMAGE = {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}
PICTURE = "/photos-here/photos/1/400.webp"


def answered(method: str, path: str, query: str = "", **headers: str) -> bool:
    """Whether the application behind the guard hears of it."""
    heard: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        heard.append(scope)

    async def send(_message: Any) -> None:
        return None

    told = {"host": "127.0.0.1:5050"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in told.items()]
    asyncio.run(guarded(app, Guard.of(5050), SHELF)(scope, None, send))
    return bool(heard)


def test_every_page_shows_photos() -> None:
    assert answered("GET", PICTURE, **IMAGE) and answered("HEAD", PICTURE, **IMAGE)
    assert not answered("GET", PICTURE, **IMAGE, host="evil.example")


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", PICTURE, "Action=DeleteQueue"),
        ("GET", "/photos-here/uploads/1", ""),
        ("GET", "/photos-here", ""),
        ("GET", "/", ""),
        ("DELETE", PICTURE, ""),
        ("POST", "/photos-here", ""),
    ],
)
def test_a_page_does_nothing_else(method: str, path: str, query: str) -> None:
    assert not answered(method, path, query, **IMAGE, origin="https://evil.example")
    assert not answered(method, path, query, **(IMAGE if method == "GET" else IMAGE | {"origin": "null"}))


def test_pages_of_the_studio_upload() -> None:
    assert answered("OPTIONS", "/photos-here", origin=PAGE, sec_fetch_mode="cors")
    assert answered("POST", "/photos-here", origin=PAGE, sec_fetch_mode="cors")
    assert not answered("POST", "/", origin=PAGE)
