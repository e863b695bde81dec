"""Proxy events as API Gateway's REST API sends them, and the answers of an `Api` to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from core.http.api import Api
from core.identity import Identity
from tests.support.samples import sample

CONTEXT = SimpleNamespace(function_name="Api", aws_request_id="r1")


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is parsed where it is JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


def rest_event(
    route: str,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    identity: Identity | None = None,
) -> dict[str, Any]:
    """The sample event, sent to `route` ("GET /v1/things/{thing_id}") instead."""
    event = sample("apigateway_create_booking")
    method, template = route.split(" ")
    sent = {"Content-Type": "application/json", **(headers or {})}
    context = event["requestContext"] | {
        "httpMethod": method,
        "resourcePath": template,
        "path": "/live" + template.format(**(path or {})),
        "authorizer": identity.for_authorizer() if identity else None,
    }
    return event | {
        "resource": template,
        "path": template.format(**(path or {})),
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": dict(path) if path else None,
        "requestContext": context,
        "body": body,
    }


def call(api: Api, event: Mapping[str, Any]) -> Answer:
    """What the function answers to an event."""
    answer = api.app(dict(event), CONTEXT)
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    is_json = answer["body"] and "json" in headers.get("content-type", "")
    parsed = json.loads(answer["body"]) if is_json else answer["body"]
    return Answer(answer["statusCode"], headers, parsed)


def ask(api: Api, who: Identity | None, route: str, body: object = None, **parts: Mapping[str, object]) -> Answer:
    """What somebody is answered; `parts` are `path`, `query` and `headers`, and `body` becomes JSON."""
    texts = {part: {name: str(value) for name, value in values.items()} for part, values in parts.items()}
    return call(api, rest_event(route, identity=who, body=None if body is None else json.dumps(body), **texts))
