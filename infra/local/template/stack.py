"""One stack: its parameters, conditions and resources, with the names that references lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.local.machine.errors import TemplateError
from infra.local.machine.region import ACCOUNT, REGION
from infra.local.template import intrinsics
from infra.local.template.tags import read_document

NESTED = {"AWS::Serverless::Application": "Location", "AWS::CloudFormation::Stack": "TemplateURL"}
NAME_PROPERTIES = {
    "AWS::Serverless::Function": "FunctionName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::SSM::Parameter": "Name",
}
ARNS = {
    "AWS::Serverless::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::Events::EventBus": "events:{region}:{account}:event-bus/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::RDS::DBProxy": "rds:{region}:{account}:db-proxy:prx-{name}",
}


@dataclass(frozen=True)
class Resource:
    """A resource as written; `properties` have every intrinsic resolved."""

    stack: "Stack"
    logical_id: str
    type: str
    body: Mapping[str, Any]

    @cached_property
    def properties(self) -> dict[str, Any]:
        # An API's document may be large and is resolved by parts.
        written = {k: v for k, v in (self.body.get("Properties") or {}).items() if k != "DefinitionBody"}
        try:
            resolved: dict[str, Any] = intrinsics.resolve(written, self.stack)
        except TemplateError as error:
            raise TemplateError(f"{self.label}: {error}") from None
        return resolved

    @property
    def label(self) -> str:
        """How errors name the resource."""
        return f"{self.stack.prefix}{self.logical_id} ({self.type})"

    @property
    def name(self) -> str:
        """The physical name: as the template gives it, or the logical id with its stack's."""
        key = NAME_PROPERTIES.get(self.type)
        given = (self.body.get("Properties") or {}).get(key) if key else None
        resolved = intrinsics.resolve(given, self.stack) if given else None
        return str(resolved) if resolved not in (None, intrinsics.NO_VALUE) else f"{self.stack.prefix}{self.logical_id}"

    @property
    def arn(self) -> str:
        pattern = ARNS.get(self.type, "local:{region}:{account}:{name}")
        return "arn:aws:" + pattern.format(region=REGION, account=ACCOUNT, name=self.name)


@dataclass(eq=False)
class Stack:
    """A template file with its parameters' values. `aws_endpoint` is where queue URLs point."""

    path: Path
    overrides: Mapping[str, Any]
    aws_endpoint: str
    prefix: str = ""
    name: str = "cyclorama"
    defaults: Mapping[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(init=False)
    _nested: "dict[str, Stack]" = field(init=False, default_factory=dict)
    _opening: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.document = read_document(self.path)
        declared = self.document.get("Parameters") or {}
        if unknown := set(self.overrides) - set(declared):
            raise TemplateError(f"{self.path.name} has no parameter {', '.join(sorted(unknown))}")

    @cached_property
    def mappings(self) -> Mapping[str, Any]:
        return self.document.get("Mappings") or {}

    @cached_property
    def parameters(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, declaration in (self.document.get("Parameters") or {}).items():
            value = self.overrides.get(name, self.defaults.get(name, declaration.get("Default")))
            if value is None:
                raise TemplateError(f"{self.path.name}: parameter {name} has no default and no local value")
            listed = str(declaration.get("Type", "")) == "CommaDelimitedList" or "List<" in str(declaration.get("Type"))
            values[name] = (
                [item.strip() for item in str(value).split(",")] if listed and not isinstance(value, list) else value
            )
        return values

    @cached_property
    def resources(self) -> dict[str, Resource]:
        return {
            logical_id: Resource(self, logical_id, str(body.get("Type")), body)
            for logical_id, body in (self.document.get("Resources") or {}).items()
            if "Condition" not in body or self.condition(body["Condition"])
        }

    def nested(self, logical_id: str) -> "Stack":
        """The stack that a resource of this one stands for, read when first asked for."""
        if logical_id not in self._nested:
            if logical_id in self._opening:
                raise TemplateError(f"{self.path.name}: {logical_id} depends on itself")
            self._opening.add(logical_id)
            self._nested[logical_id] = self._open(self.resources[logical_id])
        return self._nested[logical_id]

    def _open(self, resource: Resource) -> "Stack":
        location = resource.properties.get(NESTED[resource.type])
        if not isinstance(location, str) or "://" in location:
            raise TemplateError(f"{resource.label}: only a local template file can be nested")
        path = self.path.parent / location
        parameters = resource.properties.get("Parameters") or {}
        prefix = f"{self.prefix}{resource.logical_id}-"
        return Stack(path, parameters, self.aws_endpoint, prefix, f"{self.name}-{resource.logical_id}")

    def walk(self) -> Iterator[Resource]:
        """Every resource of this stack and of those nested in it."""
        yield from self.resources.values()
        for resource in self.resources.values():
            if resource.type in NESTED:
                yield from self.nested(resource.logical_id).walk()

    def condition(self, name: str) -> bool:
        try:
            expression = self.document["Conditions"][name]
        except KeyError:
            raise TemplateError(f"{self.path.name} has no condition {name}") from None
        return bool(intrinsics.resolve(expression, self))

    def output(self, name: str) -> Any:
        outputs = self.document.get("Outputs") or {}
        if name not in outputs:
            raise TemplateError(f"{self.path.name} has no output {name}")
        return intrinsics.resolve(outputs[name]["Value"], self)

    def ref(self, name: str) -> Any:
        if name.startswith("AWS::"):
            return self._pseudo(name)
        if name in self.parameters:
            return self.parameters[name]
        resource = self._resource(name)
        if resource is None:
            return f"{self.prefix}{name}"
        return self._queue_url(resource) if resource.type == "AWS::SQS::Queue" else resource.name

    def attribute(self, resource_id: str, attribute: str) -> Any:
        resource = self._resource(resource_id)
        if resource is None:
            return f"{self.prefix}{resource_id}.{attribute}"
        if resource.type in NESTED and attribute.startswith("Outputs."):
            return self.nested(resource_id).output(attribute.removeprefix("Outputs."))
        known = {"Arn": resource.arn, "QueueName": resource.name, "Name": resource.name, "Id": resource.name}
        known["DBProxyArn"] = resource.arn
        if attribute == "QueueUrl":
            return self._queue_url(resource)
        # What is not run here (a network, a database, …) still needs some text where it is mentioned.
        return known.get(attribute, f"{self.prefix}{resource_id}.{attribute}")

    def _resource(self, name: str) -> Resource | None:
        if found := self.resources.get(name):
            return found
        written = self.document.get("Resources") or {}
        if name in written or any(name.startswith(known) for known in written):
            # Left out by its condition, or made by SAM from another resource (`PaymentWebhooksUrl`).
            return None
        raise TemplateError(f"{self.path.name} refers to {name}, which it does not have")

    def _queue_url(self, resource: Resource) -> str:
        return f"{self.aws_endpoint}/{ACCOUNT}/{resource.name}"

    def _pseudo(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self.name,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{self.name}/local",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": intrinsics.NO_VALUE,
        }
        if name not in pseudo:
            raise TemplateError(f"{self.path.name}: unknown pseudo parameter {name}")
        return pseudo[name]
