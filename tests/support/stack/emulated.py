"""The whole template, as an emulator of AWS takes it: what it refuses is left out, or a text stands in its place."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.deploy.account import outputs, stack_state
from infra.deploy.transformed import TEMPLATE, transformed
from infra.local.template.tags import read_document

BUCKET, CODE = "artefacts", "code.zip"
PATIENCE_SECONDS, PAUSE_SECONDS = 180, 0.25
NESTED, FUNCTION, LAYER = "AWS::CloudFormation::Stack", "AWS::Lambda::Function", "AWS::Lambda::LayerVersion"
ROOT = TEMPLATE.parent
API, ROUTES = "AWS::ApiGateway::RestApi", ROOT / "infra" / "api.json"
# The code of all functions: a migrator that says that all is well.
MIGRATOR = """
import json, urllib.request

def handler(event, context):
    told = {"Status": "SUCCESS", "PhysicalResourceId": "schema", "Data": {}}
    told |= {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    request = urllib.request.Request(event["ResponseURL"], json.dumps(told).encode(), method="PUT")
    urllib.request.urlopen(request, timeout=5)
"""
Document = dict[str, Any]


class Refusals:
    """What an emulator cannot do."""

    def __init__(
        self, types: set[str], properties: set[tuple[str, str]], attributes: Mapping[tuple[str, str], str]
    ) -> None:
        """Types that it does not know, those that it does not take with such a property, and attributes that it lacks,
        with what stands in their place."""
        self.types, self.properties, self.attributes = types, properties, attributes

    def without(self, document: Document) -> Document:
        """The template without what is refused; who refers to that is told a text instead."""
        resources = document["Resources"]
        out = {name for name, body in resources.items() if self.refuses(body)}
        kept = {name: self._kept(body, out) for name, body in resources.items() if name not in out}
        types = {name: body["Type"] for name, body in resources.items()}
        told: Document = self._told({**document, "Resources": kept}, out, types)
        return told

    def refuses(self, body: Mapping[str, Any]) -> bool:
        """Whether a resource is left out."""
        written = {(body["Type"], name) for name in body.get("Properties", {})}
        return body["Type"] in self.types or bool(written & self.properties)

    def _kept(self, body: Document, out: set[str]) -> Document:
        said = body.get("DependsOn", [])
        return {**body, "DependsOn": [each for each in ([said] if isinstance(said, str) else said) if each not in out]}

    def _told(self, value: Any, out: set[str], types: Mapping[str, str]) -> Any:
        if isinstance(value, list):
            return [self._told(each, out, types) for each in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"Ref"} and value["Ref"] in out:
            return f"no-{value['Ref']}"
        if value.keys() == {"Fn::GetAtt"}:
            told = value["Fn::GetAtt"]
            name, attribute = told if isinstance(told, list) else told.split(".", 1)
            there = f"no-{name}-{attribute}" if name in out else None
            return self.attributes.get((types.get(name, ""), attribute), there) or value
        return {key: self._told(each, out, types) for key, each in value.items()}


class Emulator:
    """Deploys whole templates to an emulator that answers at `url`."""

    def __init__(self, url: str, aws: Callable[[str], Any], refusals: Refusals) -> None:
        self.aws = aws
        self._url, self._refusals = url, refusals
        self._uploaded: set[str] = set()

    def deploy_whole(self, name: str, parameters: Mapping[str, str]) -> None:
        """All of `template.yaml`, with all that is nested in it. `RuntimeError` says what it was refused for."""
        self.aws("s3").create_bucket(Bucket=BUCKET)
        self.aws("s3").put_object(Bucket=BUCKET, Key=CODE, Body=_code())
        document = json.loads(json.dumps(transformed(parameters).document, default=str))
        (api,) = (each for each in document["Resources"].values() if each["Type"] == API)
        api["Properties"]["Body"] = json.loads(ROUTES.read_text(encoding="utf-8"))
        self._upload("template.json", document)
        self.create(name, parameters, TemplateURL=f"{self._url}/{BUCKET}/template.json")

    def create(self, name: str, parameters: Mapping[str, str], **template: str) -> dict[str, str]:
        """The outputs of a stack that has come up. `RuntimeError` says what it was refused for."""
        told = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        cloudformation = self.aws("cloudformation")
        cloudformation.create_stack(
            StackName=name, Parameters=told, Capabilities=["CAPABILITY_IAM"], DisableRollback=True, **template
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (state := stack_state(self.aws, name)).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(PAUSE_SECONDS)
        if state != "CREATE_COMPLETE":
            (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
            raise RuntimeError(f"{state}: {stack.get('StackStatusReason')}")
        return outputs(self.aws, name)

    def resources(self, name: str) -> Iterator[tuple[str, str]]:
        """Type and physical id of all that a stack has, and what is nested in it."""
        for each in self.aws("cloudformation").describe_stack_resources(StackName=name)["StackResources"]:
            yield each["ResourceType"], each["PhysicalResourceId"]
            if each["ResourceType"] == NESTED:
                yield from self.resources(each["PhysicalResourceId"])

    def _upload(self, key: str, document: Document) -> None:
        if key in self._uploaded:
            return
        self._uploaded.add(key)
        told = self._refusals.without(document)
        for resource in told["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == NESTED:
                path = ROOT / "infra" / Path(properties["TemplateURL"]).name
                self._upload(path.name, json.loads(json.dumps(read_document(path), default=str)))
                properties["TemplateURL"] = f"{self._url}/{BUCKET}/{path.name}"
            elif resource["Type"] in (FUNCTION, LAYER):
                place = "Code" if resource["Type"] == FUNCTION else "Content"
                properties[place] = {"S3Bucket": BUCKET, "S3Key": CODE}
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=json.dumps(told).encode())


def _code() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("migrator/__init__.py", "")
        files.writestr("migrator/app.py", MIGRATOR)
    return archive.getvalue()
