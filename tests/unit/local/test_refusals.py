"""API Gateway's own answers."""

import json
from dataclasses import replace

from infra.local.doors.refusals import refuse
from infra.local.doors.request import Request
from infra.local.template.model import GatewayResponse

REQUEST = Request("GET", "/v1/x", "", (("Accept", "text/html, */*"),), b"", "10.0.0.9", 5000, request_id="id-1")
TEMPLATE = '{"id": "$context.requestId", "detail": $context.error.messageString, "at": "$context.path"}'


def test_without_a_template_the_answer_is_amazons() -> None:
    response = refuse("MISSING_AUTHENTICATION_TOKEN", REQUEST, "live", {})

    assert response.status == 403
    assert json.loads(response.body) == {"message": "Missing Authentication Token"}
    assert ("Content-Type", "application/json") in response.headers


def test_the_template_shapes_status_headers_and_body() -> None:
    shape = GatewayResponse(404, {"content-type": "application/problem+json"}, {"application/json": TEMPLATE})
    response = refuse("MISSING_AUTHENTICATION_TOKEN", REQUEST, "live", {"MISSING_AUTHENTICATION_TOKEN": shape})

    assert response.status == 404
    assert ("Content-Type", "application/problem+json") in response.headers
    assert json.loads(response.body) == {
        "id": "id-1", "detail": "Missing Authentication Token", "at": "/live/v1/x"
    }  # fmt: skip


def test_an_unshaped_response_falls_back_to_its_class() -> None:
    fallback = GatewayResponse(None, {}, {"application/json": '{"code": "upstream"}'})
    response = refuse("INTEGRATION_FAILURE", REQUEST, "live", {"DEFAULT_5XX": fallback})

    assert (response.status, response.body) == (502, b'{"code": "upstream"}')


def test_a_header_may_repeat_one_of_the_request_if_there_is_one() -> None:
    shape = GatewayResponse(404, {"Access-Control-Allow-Origin": "method.request.header.Origin", "Vary": "Origin"})
    asked = replace(REQUEST, headers=(("origin", "https://a.example"),))

    repeated = dict(
        refuse("MISSING_AUTHENTICATION_TOKEN", asked, "live", {"MISSING_AUTHENTICATION_TOKEN": shape}).headers
    )
    absent = dict(
        refuse("MISSING_AUTHENTICATION_TOKEN", REQUEST, "live", {"MISSING_AUTHENTICATION_TOKEN": shape}).headers
    )

    assert repeated["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Access-Control-Allow-Origin" not in absent and absent["Vary"] == "Origin"
