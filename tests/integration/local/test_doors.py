"""The front doors over real sockets."""

import json
import socket
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import urllib3

from infra.local.testing.system import LocalSystem
from tests.support.waiting import PATIENCE_SECONDS


def call(http: urllib3.PoolManager, url: str, method: str = "GET", **options: Any) -> tuple[int, Any, Any]:
    response = http.request(method, url, **options)
    return response.status, json.loads(response.data or b"null"), response.headers


def test_a_request_reaches_its_function_and_comes_back(system: LocalSystem, http: urllib3.PoolManager) -> None:
    url = f"{system.endpoints.api_url}/echo/%D0%B7?a=1&a=2"
    status, event, headers = call(http, url, "POST", body=b'{"x": 1}', headers={"Content-Type": "application/json"})

    assert status == 200
    assert headers.getlist("X-Two") == ["a", "b"]
    assert (event["resource"], event["pathParameters"]) == ("/echo/{name}", {"name": "з"})
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["body"] == '{"x": 1}'
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_services_have_doors_of_their_own(system: LocalSystem, http: urllib3.PoolManager) -> None:
    urls = system.endpoints.service_urls

    assert call(http, f"{urls['payment']}/echo/x")[0] == 200
    assert call(http, f"{urls['booking']}/echo/x")[0] == 403


def test_unknown_paths_and_methods_get_the_gateways_answer(system: LocalSystem, http: urllib3.PoolManager) -> None:
    for method, path in (("GET", "/nothing"), ("DELETE", "/echo/x")):
        status, body, headers = call(http, system.endpoints.api_url + path, method)

        assert (status, body) == (403, {"message": "Missing Authentication Token"})
        assert headers["x-amzn-ErrorType"] == "MISSING_AUTHENTICATION_TOKEN"


def test_failures_of_a_function_become_502_and_504_in_the_templates_words(
    system: LocalSystem, http: urllib3.PoolManager
) -> None:
    for how, expected in (("raise", 502), ("crash", 502), ("malformed", 502), ("sleep", 504)):
        status, body, headers = call(http, f"{system.endpoints.api_url}/fail/{how}")

        assert (status, body["code"]) == (expected, "upstream")
        assert body["id"] == headers["x-amzn-RequestId"]
        assert headers["Content-Type"] == "application/problem+json"


def test_the_authoriser_guards_every_door(system: LocalSystem, http: urllib3.PoolManager) -> None:
    for base in (system.endpoints.api_url, system.endpoints.service_urls["payment"]):
        guarded = f"{base}/guarded"

        assert call(http, guarded)[0] == 401
        assert call(http, guarded, headers={"Authorization": "bad"})[0] == 401
        assert call(http, guarded, headers={"Authorization": "denied"})[0] == 403
        assert call(http, guarded, headers={"Authorization": "good"})[0] == 200


def test_the_authorisers_answer_is_remembered_across_doors(system: LocalSystem, http: urllib3.PoolManager) -> None:
    headers = {"Authorization": "remembered"}
    bases = (system.endpoints.api_url, system.endpoints.service_urls["payment"]) * 2
    events = [call(http, f"{base}/guarded", headers=headers)[1] for base in bases]

    contexts = [event["requestContext"]["authorizer"] for event in events]
    assert {context["principalId"] for context in contexts} == {"remembered"}
    assert len({context["calls"] for context in contexts}) == 1


def test_a_policy_for_one_method_does_not_open_another(system: LocalSystem, http: urllib3.PoolManager) -> None:
    guarded = f"{system.endpoints.api_url}/guarded"
    headers = {"Authorization": "narrow"}

    assert call(http, guarded, headers=headers)[0] == 200
    assert call(http, guarded, "POST", headers=headers)[0] == 403


def test_too_many_requests_are_refused(system: LocalSystem, http: urllib3.PoolManager) -> None:
    statuses = [call(http, f"{system.endpoints.api_url}/throttled")[0] for _ in range(4)]

    assert statuses == [200, 200, 429, 429]


def test_a_function_url_is_on_its_services_port_only(system: LocalSystem, http: urllib3.PoolManager) -> None:
    payment = system.endpoints.service_urls["payment"]
    status, event, headers = call(http, f"{payment}/webhooks/x?q=1", "POST", body=b"{}")

    assert (status, headers["Set-Cookie"]) == (202, "a=1")
    assert (event["version"], event["rawPath"]) == ("2.0", "/webhooks/x")
    assert event["requestContext"]["http"]["method"] == "POST"
    assert call(http, f"{system.endpoints.api_url}/webhooks/x", "POST")[0] == 403


def test_a_body_over_the_limit_is_refused(system: LocalSystem, http: urllib3.PoolManager) -> None:
    status, _, _ = call(http, f"{system.endpoints.api_url}/echo/x", "POST", body=b"x" * (7 * 1024 * 1024))

    assert status == 413


def test_a_body_that_no_gateway_takes_is_refused_unread(system: LocalSystem) -> None:
    address = urlsplit(system.endpoints.api_url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(
            b"POST /echo/x HTTP/1.1\r\nHost: " + address.netloc.encode() + b"\r\nContent-Length: 99999999\r\n\r\n"
        )
        answer = HTTPResponse(connection)
        answer.begin()
        problem = json.loads(answer.read())

    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert problem["code"] == "too_large"
