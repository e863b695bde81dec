"""Requests that strangers send, made from openapi.json: a good one for each operation, and one thing wrong in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from infra.generate.sharing import inlined

PAGES = Path(__file__).parents[3] / "functions/gateway/pages"
DOCUMENT = inlined(json.loads((PAGES / "openapi.json").read_text(encoding="utf-8")))
COMPONENTS = DOCUMENT["components"]["schemas"]
METHODS = ("get", "post", "put", "patch", "delete")
CALLERS = ("anonymous", "client", "manager", "admin", "booking", "payment", "integration", "notification")
NUL = "a\0b"
TEXTS = (
    NUL,
    "\0",
    "",
    " ",
    "\u200b",
    "\x01\x1b[31m",
    "a\r\nSet-Cookie: a=b",
    "\ud800",
    "\ufffe\uffff",
    "\u202eevil",
    "😀" * 50,
    "Z\u0301" * 300,
    "x" * 5000,
    "%00",
    "%",
    "%s%n{0}{x}",
    "'; DROP TABLE booking.bookings; --",
    "\\",
    "../../etc/passwd",
    "null",
    "NaN",
    "infinity",
    "-infinity",
    "epoch",
    "now",
    "0000-00-00",
    "9999-12-31T23:59:59.999999+14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-12-01T10:00:00+23:59",
    "24:00",
    "1e400",
    "9" * 400,
    "-9223372036854775809",
    "٣",
    "FREQ=DAILY;COUNT=99999999999999999999",
    "FREQ=YEARLY;UNTIL=99991231T235959Z",
    "http://[::1",
    "https://a:99999999/",
    "00000000-0000-0000-0000-00000000000g",
    "{00000000-0000-0000-0000-000000000001}",
    "(?P<a>",
    "<script>alert(1)</script>",
    "a,b",
    "a|b",
    "fHw=",
    "////",
)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    10**30,
    -(10**30),
    0.1,
    1e308,
    [],
    [[]],
    {},
    {"": ""},
    {"a\0": 1},
    [None] * 30,
)


@dataclass(frozen=True)
class Call:
    """One request, and what is wrong with it."""

    operation: str
    caller: str
    wrong: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Good:
    """An operation and all that a good request to it has; `known` names ids that exist."""

    method: str
    template: str
    operation: Mapping[str, Any]
    known: Mapping[str, str]

    @property
    def name(self) -> str:
        return str(self.operation["operationId"])

    @property
    def welcome(self) -> Sequence[str]:
        named = {*self.operation.get("x-roles", ()), *self.operation.get("x-services", ())}
        return [caller for caller in CALLERS if caller in named] or ["anonymous"]

    def parameters(self, place: str) -> dict[str, Any]:
        found = (parameter for parameter in self.operation.get("parameters", ()) if parameter["in"] == place)
        return {item["name"]: filled(item["schema"], self.known, item["name"]) for item in found}

    def body(self) -> Any:
        content = self.operation.get("requestBody", {}).get("content", {})
        return filled(content["application/json"]["schema"], self.known) if "application/json" in content else None

    def places(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """Everywhere that a value stands."""
        for where in ("path", "query", "header"):
            for name in self.parameters(where):
                yield where, (name,)
        for path in leaves(self.body()):
            yield "body", path
        if isinstance(self.body(), dict):
            yield "body", ("a\0key",)

    def call(self, caller: str, where: str = "", at: tuple[str | int, ...] = (), value: Any = None) -> Call:
        """The request with another value in one place."""
        parts = {place: self.parameters(place) for place in ("path", "query", "header")}
        body = self.body()
        if where == "body":
            body = replaced(body, at, value)
        elif where:
            parts[where] = parts[where] | {str(at[0]): value}
        path = self.template.format(**{name: escaped(item) for name, item in parts["path"].items()})
        query = urlencode({name: as_text(item) for name, item in parts["query"].items()}, errors="surrogatepass")
        headers = {name: as_text(item) for name, item in parts["header"].items()}
        sent = b"" if body is None else json.dumps(body).encode()
        return Call(self.name, caller, f"{where} {at}: {value!r:.60}", self.method, path, query, headers, sent)


def good_requests(known: Mapping[str, str]) -> list[Good]:
    """One for each operation of the API; those that delete come last."""
    made = [
        Good(method.upper(), path, item[method], known)
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item and not path.startswith("/webhooks")
    ]
    return sorted(made, key=lambda good: good.method == "DELETE")


def hostile_calls(known: Mapping[str, str], random: Random, more: int) -> Iterator[Call]:
    """Every operation by every caller; U+0000 and `more` other values in every place of every operation."""
    for good in good_requests(known):
        for caller in CALLERS:
            yield good.call(caller)
        for where, at in good.places():
            for value in (NUL, *random.sample(VALUES, more)):
                yield good.call(random.choice([*good.welcome, *good.welcome, random.choice(CALLERS)]), where, at, value)


def filled(schema: Mapping[str, Any], known: Mapping[str, str], name: str = "") -> Any:
    """A value that the schema allows, with every part that may be there."""
    if name in known:
        return known[name]
    if "$ref" in schema:
        return filled(COMPONENTS[schema["$ref"].rpartition("/")[2]], known, name)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return filled(next(one for one in schema[keyword] if one.get("type") != "null"), known, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object" and "properties" in schema:
        return {part: filled(item, known, part) for part, item in schema["properties"].items()}
    if schema.get("type") == "array":
        return [filled(schema["items"], known, name.removesuffix("s"))]
    return schema["examples"][0] if "examples" in schema else scalar(schema)


def scalar(schema: Mapping[str, Any]) -> Any:
    formats = {
        "uuid": "00000000-0000-0000-0000-000000000009",
        "date": "2026-12-01",
        "date-time": "2026-12-01T09:00:00Z",
    }
    if schema.get("type") in {"integer", "number"}:
        step = schema.get("multipleOf", 1)
        return max(schema.get("default") or 0, schema.get("minimum", schema.get("exclusiveMinimum", 0) + step))
    return True if schema.get("type") == "boolean" else formats.get(schema.get("format", ""), "abcdefgh")


def leaves(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if at:
        yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from leaves(part, (*at, name))


def replaced(value: Any, at: Sequence[str | int], new: Any) -> Any:
    if not at:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = replaced(copy[at[0]] if len(at) > 1 else None, at[1:], new)
    return copy


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def escaped(value: Any) -> str:
    """A path's segment, which is never empty."""
    return quote(as_text(value).encode(errors="surrogatepass"), safe="") or "%20"
