"""The REST API in a template: the OpenAPI document, its security, gateway responses and throttling."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.machine.errors import TemplateError
from infra.local.template import load_template
from infra.local.template.model import Api

TEMPLATE = """
Resources:
  App: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.11, Handler: app.app}}
  Auth: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.11, Handler: auth.handler}}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: api.json}}}
      MinimumCompressionSize: 1400
      MethodSettings:
        - {ResourcePath: /*, HttpMethod: "*", ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}
        - {ResourcePath: '/~1items~1{id}', HttpMethod: GET, ThrottlingRateLimit: 1}
      GatewayResponses:
        ACCESS_DENIED:
          StatusCode: 403
          ResponseParameters: {Headers: {Content-Type: "'application/problem+json'"}}
          ResponseTemplates: {application/json: '{"code": "denied"}'}
"""
PROXY = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": {"Fn::Sub": "x:lambda:path/functions/${App.Arn}/invocations"},
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/items": {"get": {"x-amazon-apigateway-integration": PROXY, "security": []}},
        "/items/{id}": {"get": {"x-amazon-apigateway-integration": PROXY, "security": [{"Token": []}]}},
        "/any": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": PROXY}},
    },
    "components": {
        "securitySchemes": {
            "Token": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {
                    "type": "token",
                    "authorizerUri": {"Fn::Sub": "x:lambda:path/functions/${Auth.Arn}/invocations"},
                    "authorizerResultTtlInSeconds": 60,
                    "identitySource": "method.request.header.X-Token",
                },
            }
        }
    },
    "x-amazon-apigateway-gateway-responses": {
        "THROTTLED": {"statusCode": "429", "responseTemplates": {"application/json": "{}"}}
    },
}


def read(folder: Path, document: dict[str, Any] = DOCUMENT) -> Api:
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / "api.json").write_text(json.dumps(document))
    api = load_template(folder / "template.yaml").api
    assert api
    return api


def test_routes_name_their_function_and_who_guards_them(tmp_path: Path) -> None:
    routes = {(r.method, r.path): (r.function, r.authorizer) for r in read(tmp_path).routes}

    assert routes == {
        ("GET", "/items"): ("App", None),
        ("GET", "/items/{id}"): ("App", "Token"),
        ("ANY", "/any"): ("App", None),
    }


def test_the_authoriser_comes_from_the_security_scheme(tmp_path: Path) -> None:
    token = read(tmp_path).authorizers["Token"]

    assert (token.function, token.header, token.ttl) == ("Auth", "X-Token", 60)


def test_gateway_responses_may_live_in_the_document_or_on_the_resource(tmp_path: Path) -> None:
    responses = read(tmp_path).responses

    assert responses["THROTTLED"].status == 429
    assert responses["ACCESS_DENIED"].headers == {"Content-Type": "application/problem+json"}


def test_throttling_names_paths_as_the_document_does(tmp_path: Path) -> None:
    throttles = {(t.path, t.method): (t.rate, t.burst) for t in read(tmp_path).throttles}

    assert throttles == {("/*", "*"): (10, 20), ("/items/{id}", "GET"): (1, 1)}


def test_answers_are_compressed_from_the_size_that_the_template_says(tmp_path: Path) -> None:
    assert read(tmp_path).minimum_compression == 1400


def test_an_integration_with_something_else_than_a_function_is_an_error(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/items"]["get"]["x-amazon-apigateway-integration"] = {"type": "mock"}

    with pytest.raises(TemplateError, match=r"Api .*GET /items .*aws_proxy"):
        read(tmp_path, document)


def test_a_security_requirement_without_scheme_is_an_error(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/items"]["get"]["security"] = [{"Nobody": []}]

    with pytest.raises(TemplateError, match="GET /items asks for Nobody"):
        read(tmp_path, document)


def request_authorizer(folder: Path, **changes: Any) -> Api:
    document = copy.deepcopy(DOCUMENT)
    described = document["components"]["securitySchemes"]["Token"]["x-amazon-apigateway-authorizer"]
    described |= {"type": "request", "authorizerResultTtlInSeconds": 0, "identitySource": "", **changes}
    return read(folder, document)


def test_an_authoriser_of_requests_takes_those_without_a_token_too(tmp_path: Path) -> None:
    assert request_authorizer(tmp_path).authorizers["Token"].takes_all


@pytest.mark.parametrize(
    "changes", [{"authorizerResultTtlInSeconds": 60}, {"identitySource": "method.request.header.Authorization"}]
)
def test_one_that_api_gateway_would_not_ask_without_a_token_is_an_error(tmp_path: Path, changes: Any) -> None:
    """With an identity source or a memory, API Gateway refuses what lacks the header by itself."""
    with pytest.raises(TemplateError, match="neither of type token"):
        request_authorizer(tmp_path, **changes)
