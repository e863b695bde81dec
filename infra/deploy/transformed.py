"""What CloudFormation is told: template.yaml as the SAM transform leaves it, with the templates nested in it."""

import json
import logging
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from infra.local.template import EVERYTHING_ON
from infra.local.template.stack import Resource, Stack
from infra.local.template.tags import read_document

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
# With all that a studio may add and pay for on AWS.
CARE = ("Canary", "Endpoints", "OwnKey", "SnapStart", "Tracing")
WITH_CARE = {**EVERYTHING_ON, **dict.fromkeys(CARE, "true")}
# It warns of a file of switches that only AWS has.
logging.getLogger("samtranslator.feature_toggle").setLevel(logging.CRITICAL)
# Stands for what `sam package` uploads.
UPLOADED = "s3://bucket/key"


@cache
def _document(canary: str) -> str:
    document = json.loads(json.dumps(read_document(TEMPLATE)))
    document["Globals"]["Function"]["CodeUri"] = UPLOADED
    for resource in document["Resources"].values():
        if "ContentUri" in resource.get("Properties", {}):
            resource["Properties"]["ContentUri"] = UPLOADED
    session = boto3.Session(region_name="eu-central-1")
    made = Translator({}, Parser(), boto_session=session).translate(document, {"Canary": canary})
    for resource in made["Resources"].values():
        # Generated from the code, with tests of its own.
        if resource["Type"] == "AWS::ApiGateway::RestApi":
            del resource["Properties"]["Body"]
    return json.dumps(made)


def typed(resources: Iterable[Resource], kind: str) -> list[Resource]:
    """Those of one type, of which there are some."""
    found = [resource for resource in resources if resource.type == kind]
    if not found:
        raise LookupError(f"there is no {kind}")
    return found


def transformed(parameters: Mapping[str, str], name: str = "cyclorama") -> Stack:
    """The root stack with this name and these parameters; what is nested in it is read as it is deployed."""
    stack = Stack(TEMPLATE, parameters, "http://127.0.0.1:1", name=name)
    # It decides of what SAM makes; all other parameters are for CloudFormation alone.
    document: dict[str, Any] = json.loads(_document(str(stack.parameters["Canary"])))
    stack.document = document
    return stack
