"""Every route of the whole API, as a browser meets it through the front door."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.http.browsers import allowed_origins
from gateway.web.files import TYPES
from gateway.web.routes import files
from infra.local.doors.request import Request, Response
from tests.support.database import EngineFor
from tests.support.system.whole_api import WholeApi, bearer, whole_api

STUDIO, OTHER = "https://studio.example", "https://other.example"
PUBLIC = ("/openapi.json", "/docs", "/v1/halls", "/v1/tariffs", "/v1/policy", "/v1/add-ons")
LARGEST = 100_000
PACKED = {"Accept-Encoding": "gzip"}
ROOT = Path(__file__).parents[2]
METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


@pytest.fixture(scope="module")
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLOWED_ORIGINS", STUDIO)
        allowed_origins.cache_clear()
        with whole_api(engine_for, patch, AllowedOrigins=STUDIO) as made:
            yield made
    allowed_origins.cache_clear()


@pytest.fixture(scope="module")
def routes(api: WholeApi) -> dict[str, set[str]]:
    """The methods of each path."""
    found: dict[str, set[str]] = {}
    for route in api.routes:
        found.setdefault(route.path, {"OPTIONS"}).update({route.method} - {"ANY"})
    assert len(found) > 100
    return found


def concrete(path: str) -> str:
    return path.replace("{", "").replace("}", "")


def headers_of(answer: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers}


def test_every_path_answers_a_preflight_of_an_allowed_page_alone(api: WholeApi, routes: dict[str, set[str]]) -> None:
    for path, methods in routes.items():
        for origin, allowed in ((STUDIO, STUDIO), (OTHER, None)):
            asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            answer = api.request("OPTIONS", concrete(path), headers=asked)
            assert answer.status == 204, path
            assert headers_of(answer).get("access-control-allow-origin") == allowed
            if allowed:
                assert set(headers_of(answer)["access-control-allow-methods"].split(", ")) == methods


def test_every_path_refuses_other_methods_and_says_which_it_has(api: WholeApi, routes: dict[str, set[str]]) -> None:
    for path, methods in routes.items():
        for method in METHODS - methods:
            answer = api.request(method, concrete(path), headers={"Origin": STUDIO})
            assert answer.status == 405, (method, path)
            assert set(headers_of(answer)["allow"].split(", ")) == methods
            assert headers_of(answer)["access-control-allow-origin"] == STUDIO
            assert method == "HEAD" or json.loads(answer.body)["code"] == "method_not_allowed"


def test_every_get_is_served_as_head_with_the_same_status_and_no_body(
    api: WholeApi, routes: dict[str, set[str]]
) -> None:
    for path in (path for path, methods in routes.items() if "GET" in methods):
        got, head = (api.request(method, concrete(path), headers=bearer("manager")) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (got.status, b""), path
        assert {name for name, _ in head.headers} == {name for name, _ in got.headers}


def test_refusals_of_the_gateway_itself_can_be_read(api: WholeApi) -> None:
    origin = {"Origin": STUDIO}
    large = Request("POST", "/v1/tokens", "", (("Origin", STUDIO),), b"", "127.0.0.1", 5000, too_large=True)
    refused = [
        (401, api.request("GET", "/v1/accounts/me", headers=origin)),
        (404, api.request("GET", "/nothing", headers=origin)),
        (413, api.send(large)),
    ]
    for status, answer in refused:
        assert answer.status == status
        assert headers_of(answer)["access-control-allow-origin"] == STUDIO
        assert headers_of(answer)["vary"] == "Origin"
        assert headers_of(answer)["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers_of(api.request("GET", "/nothing"))


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_is_sent_once(api: WholeApi, path: str) -> None:
    first = api.request("GET", path, headers=PACKED)
    tag = headers_of(first)["etag"]
    again = api.request("GET", path, headers={"If-None-Match": tag, **PACKED})

    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert headers_of(again)["etag"] == tag


def test_what_needs_a_token_is_kept_nowhere(api: WholeApi) -> None:
    guarded = [route for route in api.routes if route.method == "GET" and route.authorizer]
    answers = [api.request("GET", concrete(route.path), headers=bearer("manager")) for route in guarded]

    assert {headers_of(answer)["cache-control"] for answer in answers} == {"no-store"}
    assert {"etag"} & {name for answer in answers for name in headers_of(answer)} == set()
    assert 200 in {answer.status for answer in answers}


def test_large_answers_are_compressed_for_those_who_take_it(api: WholeApi) -> None:
    plain, small = api.request("GET", "/trace"), api.request("GET", "/nothing", headers=PACKED)
    packed = api.request("GET", "/trace", headers={"Accept-Encoding": "br;q=0.5, gzip"})

    assert headers_of(packed)["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "content-encoding" not in headers_of(plain) | headers_of(small)
    assert headers_of(packed)["etag"] == headers_of(plain)["etag"]
    assert "Accept-Encoding" in headers_of(plain)["vary"]


def anybodys() -> Iterator[str]:
    """What may be got without a token, by openapi.json, and every file of the pages."""
    document = json.loads((ROOT / "functions/gateway/pages/openapi.json").read_text(encoding="utf-8"))
    for path, methods in document["paths"].items():
        if "get" in methods and methods["get"]["security"] in ([], [{}]):
            yield concrete(path)
    yield from (f"/assets/{files.version}/{name}" for name in files.texts if Path(name).suffix in TYPES)


def test_no_answer_to_a_stranger_takes_more_than_100_kilobytes_on_its_way(api: WholeApi) -> None:
    """However it is asked for. What the same costs in processor time, and at a hundred halls,
    `make benchmark-strangers` says."""
    query = "from=2026-12-01&to=2026-12-08&duration=60&month=2026-12"
    codings = ("gzip", "identity", "br, gzip")
    asked = {
        (path, coding): api.request("GET", path, query=query, headers={"Accept-Encoding": coding})
        for path in anybodys()
        for coding in codings
    }
    assert {"/openapi.json", "/docs", "/v1/halls", "/v1/studio"} <= {path for path, _ in asked}
    assert {each: len(answer.body) for each, answer in asked.items() if len(answer.body) > LARGEST} == {}
    refused = {(path, coding) for (path, coding), answer in asked.items() if answer.status == 406}
    assert {("/openapi.json", coding) for coding in codings[1:]} <= refused
    assert {path for path, _ in refused} <= {"/openapi.json", "/docs"} and "gzip" not in {each for _, each in refused}


def test_who_takes_no_gzip_is_told_how_to_get_a_large_answer(api: WholeApi) -> None:
    refused = api.request("GET", "/openapi.json", headers={"Accept-Language": "ru"})

    problem = json.loads(refused.body)
    assert (refused.status, problem["code"]) == (406, "compressed_only")
    assert "--compressed" in problem["detail"] and "Accept-Encoding: gzip" in problem["detail"]
    assert headers_of(refused)["cache-control"] == "no-store"
    assert "Accept-Encoding" in headers_of(refused)["vary"]
    assert api.request("HEAD", "/openapi.json").status == 406


@pytest.mark.parametrize("page", ["/docs", "/trace"])
def test_pages_are_framed_nowhere_and_run_their_own_script_alone(api: WholeApi, page: str) -> None:
    policy = headers_of(api.request("GET", page, headers=PACKED))["content-security-policy"]

    assert "frame-ancestors 'none'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
