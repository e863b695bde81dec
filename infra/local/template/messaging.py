"""Buses, rules, queues, secrets and stored parameters: what the broker endpoint is filled with."""

import json
from collections.abc import Iterable
from typing import Any

from infra.local.machine.errors import TemplateError
from infra.local.template.model import Queue, Rule, Secret
from infra.local.template.stack import Resource
from infra.local.template.switches import reason

QUEUE_ATTRIBUTES = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "DelaySeconds",
    "MaximumMessageSize",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
)


def read_queue(resource: Resource) -> Queue:
    """A queue; its redrive policy already names the dead-letter queue's ARN."""
    properties = resource.properties
    attributes = {key: _attribute(properties[key]) for key in QUEUE_ATTRIBUTES if key in properties}
    return Queue(resource.name, attributes)


def _attribute(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def read_rule(resource: Resource) -> Rule:
    """A rule from a pattern to queues."""
    properties = resource.properties
    if "EventPattern" not in properties:
        raise TemplateError(f"{resource.label}: only rules with an EventPattern run on one machine")
    targets = properties.get("Targets") or []
    for target in targets:
        if not str(target.get("Arn", "")).startswith("arn:aws:sqs:"):
            raise TemplateError(f"{resource.label}: target {target.get('Id')} is not a queue")
    bus = str(properties.get("EventBusName", "default")).rpartition("/")[2]
    arns = {str(target["Id"]): str(target["Arn"]) for target in targets}
    return Rule(resource.name, bus, properties["EventPattern"], arns, properties.get("State") != "DISABLED")


def read_secret(resource: Resource) -> Secret:
    """A secret, valued by the template or to be generated as it says."""
    properties = resource.properties
    value = properties.get("SecretString")
    about = properties.get("Description", "")
    return Secret(
        resource.logical_id, resource.name, value, properties.get("GenerateSecretString"), about, reason(resource)
    )


def read_parameters(resources: Iterable[Resource]) -> dict[str, str]:
    """Parameter Store's names and values."""
    return {resource.name: str(resource.properties.get("Value", "")) for resource in resources}
