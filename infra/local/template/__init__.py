"""Reads `template.yaml`, the only description of functions, routes, queues, rules and schedules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from infra.local.machine.errors import TemplateError
from infra.local.machine.source import QueueSource
from infra.local.template.api import read_api
from infra.local.template.functions import FUNCTION, read_function, read_sources
from infra.local.template.messaging import read_parameters, read_queue, read_rule, read_secret
from infra.local.template.model import Api, Function, Schedule, System
from infra.local.template.stack import Resource, Stack
from shared_schemas.integration.connectors import ConnectorName
from shared_schemas.providers import PROVIDERS

API = "AWS::Serverless::Api"
# What would take part in the work but is not run here; saying so beats leaving it out in silence.
UNSUPPORTED = (
    "AWS::Lambda::Function",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Url",
    "AWS::Scheduler::Schedule",
    "AWS::Serverless::HttpApi",
    "AWS::Serverless::StateMachine",
    "AWS::Serverless::SimpleTable",
    "AWS::DynamoDB::Table",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGatewayV2::Api",
    "AWS::SNS::Subscription",
    "AWS::Kinesis::Stream",
    "AWS::Pipes::Pipe",
)
# The system with all that it can do. By default some connectors and providers are off, and nothing is there for them.
EVERYTHING_ON = {
    "Connectors": ",".join(get_args(ConnectorName)),
    "PaymentProviders": ",".join(PROVIDERS),
    "SmsProviders": "smsru,smsc,smsaero,sns",
    "SesConfigurationSet": "studio",
}


def load_template(
    path: Path,
    overrides: Mapping[str, Any] | None = None,
    aws_endpoint: str = "http://127.0.0.1:5050",
    defaults: Mapping[str, Any] | None = None,
) -> System:
    """The system that a template describes. A `TemplateError` names the resource at fault.

    `overrides` must be parameters of the template; of the `defaults`, those it lacks are left out.
    """
    stack = Stack(path, overrides or {}, aws_endpoint, defaults=defaults or {})
    by_type: dict[str, list[Resource]] = {}
    for resource in stack.walk():
        if resource.type in UNSUPPORTED:
            raise TemplateError(f"{resource.label} is not supported on one machine")
        by_type.setdefault(resource.type, []).append(resource)
    functions = {r.logical_id: read_function(r) for r in by_type.get(FUNCTION, [])}
    sources = [source for r in by_type.get(FUNCTION, []) for source in read_sources(r, stack)]
    return System(
        functions=functions,
        api=_api(by_type, functions),
        function_urls=tuple(r.logical_id for r in by_type.get(FUNCTION, []) if "FunctionUrlConfig" in r.properties),
        queues=tuple(map(read_queue, by_type.get("AWS::SQS::Queue", []))),
        buses=tuple(r.name for r in by_type.get("AWS::Events::EventBus", [])),
        buckets=tuple(r.name for r in by_type.get("AWS::S3::Bucket", [])),
        rules=tuple(map(read_rule, by_type.get("AWS::Events::Rule", []))),
        queue_sources=tuple(s for s in sources if isinstance(s, QueueSource)),
        schedules=tuple(s for s in sources if isinstance(s, Schedule)),
        secrets=tuple(map(read_secret, by_type.get("AWS::SecretsManager::Secret", []))),
        parameters=read_parameters(by_type.get("AWS::SSM::Parameter", [])),
    )


def _api(by_type: Mapping[str, list[Resource]], functions: Mapping[str, Function]) -> Api | None:
    apis = by_type.get(API, [])
    if len(apis) > 1:
        raise TemplateError(f"{apis[1].label}: only one REST API is served")
    responses = by_type.get("AWS::ApiGateway::GatewayResponse", [])
    firewalls = by_type.get("AWS::WAFv2::WebACL", [])
    return read_api(apis[0], functions.values(), responses, firewalls) if apis else None
