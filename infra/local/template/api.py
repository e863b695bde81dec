"""`AWS::Serverless::Api` and the OpenAPI document it includes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from infra.local.machine.errors import TemplateError
from infra.local.template import intrinsics
from infra.local.template.gateway_responses import read_responses
from infra.local.template.model import Api, Authorizer, Function, Route, Throttle
from infra.local.template.stack import Resource
from infra.local.template.tags import read_document

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method")
# An alias of it is the same function.
FUNCTION_ARN = re.compile(r"functions/(arn:[^/]+?)(?::live)?/invocations")
FindFunction = Callable[[str, str], str]


def read_api(
    resource: Resource,
    functions: Iterable[Function],
    extra_responses: Iterable[Resource],
    firewalls: Iterable[Resource] = (),
) -> Api:
    """Routes, authorisers, gateway responses and throttling of one REST API, and what a firewall lets through to it."""
    document = _definition(resource)
    by_arn = {function.arn: function.logical_id for function in functions}

    def find(text: str, where: str) -> str:
        match = FUNCTION_ARN.search(text)
        arn = match.group(1) if match else text
        if arn not in by_arn:
            raise TemplateError(f"{resource.label}: {where} does not name a function: {text}")
        return by_arn[arn]

    properties = resource.properties
    auth = properties.get("Auth") or {}
    authorizers = {
        a.name: a for a in [*_own_authorizers(auth, find), *_documented_authorizers(resource, document, find)]
    }
    return Api(
        stage=str(properties.get("StageName", "local")),
        routes=tuple(_routes(resource, document, authorizers, auth.get("DefaultAuthorizer"), find)),
        authorizers=authorizers,
        responses=read_responses(resource, document, extra_responses),
        throttles=tuple(_throttles(properties.get("MethodSettings") or [])),
        per_address=min(_rates(firewalls), default=None),
        minimum_compression=_number(properties.get("MinimumCompressionSize")),
        binary_types=tuple(
            str(kind).replace("~1", "/")
            for kind in document.get("x-amazon-apigateway-binary-media-types")
            or properties.get("BinaryMediaTypes")
            or ()
        ),
    )


def _definition(resource: Resource) -> Mapping[str, Any]:
    """The OpenAPI document as written: only the parts that matter are resolved, later."""
    body = (resource.body.get("Properties") or {}).get("DefinitionBody")
    if not isinstance(body, dict):
        raise TemplateError(f"{resource.label}: DefinitionBody is missing")
    transform = body.get("Fn::Transform")
    if transform is None:
        return body
    if transform.get("Name") != "AWS::Include":
        raise TemplateError(f"{resource.label}: unknown transform {transform.get('Name')}")
    location = intrinsics.resolve(transform["Parameters"]["Location"], resource.stack)
    included = read_document(resource.stack.path.parent / str(location))
    return {**{key: value for key, value in body.items() if key != "Fn::Transform"}, **included}


def _routes(
    resource: Resource,
    document: Mapping[str, Any],
    authorizers: Mapping[str, Authorizer],
    default: str | None,
    find: FindFunction,
) -> Iterator[Route]:
    for path, operations in (document.get("paths") or {}).items():
        for method in METHODS:
            if operation := operations.get(method):
                where = f"{method.upper()} {path}"
                integration = intrinsics.resolve(operation.get("x-amazon-apigateway-integration") or {}, resource.stack)
                if str(integration.get("type", "")).lower() != "aws_proxy":
                    raise TemplateError(f"{resource.label}: {where} needs an integration of type aws_proxy")
                security = operation.get("security", document.get("security"))
                yield Route(
                    method="ANY" if method.startswith("x-") else method.upper(),
                    path=path,
                    function=find(str(integration.get("uri")), where),
                    authorizer=_authorizer(resource, where, security, authorizers, default),
                )


def _authorizer(
    resource: Resource,
    where: str,
    security: list[dict[str, Any]] | None,
    authorizers: Mapping[str, Authorizer],
    default: str | None,
) -> str | None:
    if security is None:
        return default
    names = [name for requirement in security for name in requirement]
    if not names:
        return None
    guarding = [name for name in names if name in authorizers]
    if not guarding:
        raise TemplateError(f"{resource.label}: {where} asks for {names[0]}, which is not an authoriser")
    return guarding[0]


def _own_authorizers(auth: Mapping[str, Any], find: FindFunction) -> Iterator[Authorizer]:
    for name, properties in (auth.get("Authorizers") or {}).items():
        identity = properties.get("Identity") or {}
        yield Authorizer(
            name=name,
            function=find(str(properties.get("FunctionArn")), f"authoriser {name}"),
            header=str(identity.get("Header", "Authorization")),
            ttl=int(identity.get("ReauthorizeEvery", properties.get("AuthorizerResultTtlInSeconds", 300))),
            validation=identity.get("ValidationExpression"),
        )


def _documented_authorizers(
    resource: Resource, document: Mapping[str, Any], find: FindFunction
) -> Iterator[Authorizer]:
    schemes = (document.get("components") or {}).get("securitySchemes") or document.get("securityDefinitions") or {}
    for name, scheme in schemes.items():
        if "x-amazon-apigateway-authorizer" not in scheme:
            continue
        described = intrinsics.resolve(scheme["x-amazon-apigateway-authorizer"], resource.stack)
        kind, source = described.get("type"), str(described.get("identitySource", ""))
        ttl = int(described.get("authorizerResultTtlInSeconds", 300))
        takes_all = kind == "request" and not source and ttl == 0
        if kind != "token" and not takes_all:
            unknown = "neither of type token, nor of type request without identity source and memory"
            raise TemplateError(f"{resource.label}: authoriser {name} is {unknown}")
        yield Authorizer(
            name=name,
            function=find(str(described.get("authorizerUri")), f"authoriser {name}"),
            header=source.removeprefix("method.request.header.") or str(scheme.get("name", "Authorization")),
            ttl=ttl,
            validation=described.get("identityValidationExpression"),
            takes_all=takes_all,
        )


def _rates(firewalls: Iterable[Resource]) -> Iterator[int]:
    for firewall in firewalls:
        for rule in firewall.properties.get("Rules") or ():
            if rated := rule["Statement"].get("RateBasedStatement"):
                yield int(rated["Limit"])


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _throttles(settings: Iterable[Mapping[str, Any]]) -> Iterator[Throttle]:
    for setting in settings:
        if "ThrottlingRateLimit" in setting or "ThrottlingBurstLimit" in setting:
            rate = float(setting.get("ThrottlingRateLimit", 10_000))
            yield Throttle(
                path="/" + str(setting.get("ResourcePath", "/*")).replace("~1", "/").lstrip("/"),
                method=str(setting.get("HttpMethod", "*")).upper(),
                rate=rate,
                burst=int(setting.get("ThrottlingBurstLimit", rate)),
            )
