"""What comes around every answer: CORS, OPTIONS, HEAD, 405, ETags, and headers for browsers and caches."""

from collections.abc import Iterator

import pytest
from chalice import Response

from core.http.api import Api
from core.http.browsers import allowed_origins
from core.http.sizes import LARGEST
from core.identity import Identity
from core.settings import CoreSettings, SettingsError, load_settings
from shared_schemas.access import table
from shared_schemas.common import Contract, Role
from shared_schemas.errors import Locale, NotFoundError, Text
from shared_schemas.texts import SecretName
from tests.support.rest import Answer, call, rest_event

STUDIO, OTHER = "https://studio.example", "https://other.example"
CLIENT = Identity("4f0e3b1e-5f6a-4a63-b6a4-0b1f1b1f1b1f", Role.CLIENT)
GUARD = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


class Hall(Contract):
    name: str


class NoHallError(NotFoundError):
    code = "no_hall"
    text = Text("No hall", "Нет зала")


ACCESS = table("""
anyone - GET  /halls
people - POST /halls
people - GET  /mine
anyone - GET  /missing
anyone - GET  /page
anyone - GET  /feeds/{name}
""")
api = Api("halls", ACCESS)
halls = {"name": "White"}


@api.endpoint("GET /halls")
def read(locale: Locale) -> Hall:
    return Hall(**halls)


@api.endpoint("POST /halls", status=201)
def create() -> Hall:
    return Hall(**halls)


@api.endpoint("GET /mine")
def mine() -> Hall:
    return Hall(**halls)


@api.endpoint("GET /missing", errors=[NoHallError])
def missing() -> Hall:
    raise NoHallError


@api.endpoint("GET /page", media_type="text/html")
def page() -> Response:
    return Response("<p>", {"Content-Type": "text/html", "Content-Security-Policy": "own", "Cache-Control": "public"})


@api.endpoint("GET /feeds/{name}", media_type="text/calendar")
def feed(name: SecretName) -> Response:
    return Response(name * (LARGEST + 1), {"Content-Type": "text/calendar"})


@pytest.fixture(autouse=True)
def origins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ALLOWED_ORIGINS", f"{STUDIO},http://localhost:3000")
    allowed_origins.cache_clear()
    yield
    allowed_origins.cache_clear()


def ask(route: str, identity: Identity | None = None, **headers: str) -> Answer:
    return call(api, rest_event(route, identity=identity, headers={k.replace("_", "-"): v for k, v in headers.items()}))


@pytest.mark.parametrize("origin", [STUDIO, "http://localhost:3000"])
@pytest.mark.parametrize("route", ["GET /halls", "GET /missing", "GET /mine", "DELETE /halls", "POST /halls"])
def test_an_allowed_page_may_read_answers_and_errors(route: str, origin: str) -> None:
    answer = ask(route, Origin=origin)

    assert answer.headers["access-control-allow-origin"] == origin
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"X-Correlation-Id", "Retry-After", "ETag", "Location", "Allow"} <= set(exposed)
    assert "Origin" in answer.headers["vary"].split(", ")
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [OTHER, "https://studio.example.evil.example", f"{STUDIO}:8443", "null", ""])
@pytest.mark.parametrize("route", ["GET /halls", "OPTIONS /halls"])
def test_any_other_page_may_not(route: str, origin: str) -> None:
    answer = ask(route, Origin=origin)

    assert [name for name in answer.headers if name.startswith("access-control")] == []
    assert "Origin" in answer.headers["vary"].split(", ")


def test_without_the_setting_no_page_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_ORIGINS")
    allowed_origins.cache_clear()

    for route in ("GET /halls", "OPTIONS /halls"):
        answer = ask(route, Origin=STUDIO)
        assert [name for name in answer.headers if name.startswith("access-control")] == []
        assert "Origin" not in answer.headers["vary"]


@pytest.mark.parametrize(
    "wrong", ["*", "studio.example", f"{STUDIO}/", f"{STUDIO}, {OTHER}", "null", "https://*.example"]
)
def test_origins_are_exact_or_the_function_does_not_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    for name, value in {"SERVICE": "x", "DATABASE_URL": "x", "ALLOWED_ORIGINS": wrong}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="ALLOWED_ORIGINS"):
        load_settings(CoreSettings)


def test_a_preflight_names_the_methods_and_headers() -> None:
    answer = ask("OPTIONS /halls", Origin=STUDIO, Access_Control_Request_Method="POST")

    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["access-control-allow-origin"] == STUDIO
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert allowed >= {"Authorization", "Content-Type", "Idempotency-Key", "X-Correlation-Id", "If-None-Match"}
    assert answer.headers["access-control-max-age"] == "7200"


def test_options_tells_anybody_what_there_is() -> None:
    assert ask("OPTIONS /halls").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert ask("OPTIONS /mine").headers["allow"] == "GET, HEAD, OPTIONS"


def test_another_method_is_405_and_told_what_there_is() -> None:
    answer = ask("PUT /halls", Accept_Language="ru", X_Correlation_Id="flow-1")

    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.body["detail"], answer.body["correlation_id"]) == ("Метод PUT здесь не поддерживается", "flow-1")


@pytest.mark.parametrize(
    ("path", "identity"), [("/halls", None), ("/mine", CLIENT), ("/missing", None), ("/page", None)]
)
def test_head_is_get_without_a_body(path: str, identity: Identity | None) -> None:
    known = {"X_Correlation_Id": "flow-1"}
    got, head = ask(f"GET {path}", identity, **known), ask(f"HEAD {path}", identity, **known)

    assert (head.status, head.headers) == (got.status, got.headers)


def test_head_has_no_body_and_is_guarded_as_get_is() -> None:
    event = rest_event("HEAD /halls")
    assert api.app(event, None)["body"] == ""
    assert api.app(rest_event("HEAD /mine"), None)["statusCode"] == 401


@pytest.mark.parametrize("route", ["GET /halls", "GET /missing", "PUT /halls", "OPTIONS /halls", "GET /mine"])
def test_every_answer_tells_browsers_to_be_careful(route: str) -> None:
    assert GUARD.items() <= ask(route).headers.items()


def test_a_page_may_have_a_policy_of_its_own() -> None:
    assert ask("GET /page").headers["content-security-policy"] == "own"


@pytest.mark.parametrize(
    ("route", "identity"),
    [("GET /mine", CLIENT), ("GET /mine", None), ("POST /halls", CLIENT), ("GET /missing", None), ("PUT /halls", None)],
)
def test_what_is_personal_or_an_error_is_kept_nowhere(route: str, identity: Identity | None) -> None:
    answer = ask(route, identity)

    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_what_is_public_is_asked_about_and_sent_once() -> None:
    first = ask("GET /halls")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    assert {"Accept-Language", "Accept-Encoding"} <= set(first.headers["vary"].split(", "))

    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = ask("GET /halls", If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
        assert "content-type" not in again.headers
    assert ask("HEAD /halls", If_None_Match=tag).status == 304


def test_a_change_changes_the_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    tag = ask("GET /halls").headers["etag"]
    monkeypatch.setitem(halls, "name", "Black")

    changed = ask("GET /halls", If_None_Match=tag)
    assert (changed.status, changed.body) == (200, {"name": "Black"})
    assert changed.headers["etag"] != tag


def test_an_answer_with_a_time_to_live_keeps_it_and_has_a_tag() -> None:
    answer = ask("GET /page")
    assert answer.headers["cache-control"] == "public"
    assert answer.headers["etag"]


def test_a_secret_address_is_read_whole_by_programs_that_take_no_gzip() -> None:
    """A calendar program cannot be told to ask in another way."""
    answer = call(api, rest_event("GET /feeds/{name}", path={"name": "s"}))
    assert (answer.status, len(answer.body)) == (200, LARGEST + 1)
