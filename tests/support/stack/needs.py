"""What a function needs of AWS: as its resources in the stack say, its variables, and what its code can reach."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from infra.deploy.transformed import typed
from infra.local.machine.region import ACCOUNT, REGION
from infra.local.template.stack import Resource
from tests.support.stack.code import using

Need = tuple[str, str]
"""An action, and the resource that it is for."""
# Of Lambda, which asks for them in the function's name.
JOIN = (
    "CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface",
    "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses",
)  # fmt: skip
READ = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ChangeMessageVisibility")
# Texts of modules, each of which stands for a call.
MARKS = {
    "emits": ".emit(",
    "relays": "class OutboxJob",
    "repeats": "self._publisher.publish(envelopes)",
    "form": "_files.form(",
    "read": "_files.read(",
    "write": "_files.write(",
    "remove": "_files.remove(",
    "depth": ".get_queue_attributes(",
    "send": ".send_message_batch(",
    "rule": ".describe_rule(",
    "mail": 'calls.posted(self._pool, "ses"',
    "texts": 'aws_client("sns"',
}
# What code could reach and never does.
UNUSED = {
    # The guard can count tries, and the authoriser has no publisher at all.
    "Authorizer": {"emits"},
    # It is composed with the channels, and hears what comes back from them.
    "NotificationWebhooks": {"mail", "texts"},
}
SUFFIX = "-dead-letters"


class Needs:
    """Of the functions of one stack, as CloudFormation is told of it."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources
        self._arns = {r.name: r.arn for r in resources if r.type in ("AWS::SQS::Queue", "AWS::Logs::LogGroup")}
        self._redrives = {
            r.arn: str(r.properties["RedrivePolicy"]["deadLetterTargetArn"])
            for r in typed(resources, "AWS::SQS::Queue")
            if "RedrivePolicy" in r.properties
        }
        self._rules = {r.name: r.arn for r in typed(resources, "AWS::Events::Rule")}
        (self._bus,) = (r.arn for r in typed(resources, "AWS::Events::EventBus"))
        (self._bucket,) = (r.arn for r in typed(resources, "AWS::S3::Bucket"))
        (database,) = typed(resources, "AWS::RDS::DBInstance")
        self._user = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:{database.name}.DbiResourceId/"

    def of(self, function: Resource) -> set[Need]:
        parts: Sequence[Callable[[Resource], Iterable[Need]]] = (
            self._runs, self._signs_in, self._is_told, self._hears, self._uses, self._opens
        )  # fmt: skip
        return {need for part in parts for need in part(function)}

    def _runs(self, function: Resource) -> Iterator[Need]:
        log = self._arns[str(function.properties["LoggingConfig"]["LogGroup"])]
        yield from (("logs:CreateLogStream", log), ("logs:PutLogEvents", log))
        if function.properties.get("VpcConfig"):
            yield from ((f"ec2:{action}", "*") for action in JOIN)
        if function.properties["TracingConfig"]["Mode"] == "Active":
            yield from (("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*"))
        for config in typed(self._resources, "AWS::Lambda::EventInvokeConfig"):
            if config.properties["FunctionName"] == function.logical_id:
                yield "sqs:SendMessage", str(config.properties["DestinationConfig"]["OnFailure"]["Destination"])

    def _signs_in(self, function: Resource) -> Iterator[Need]:
        told = variables(function)
        if told["DATABASE_IAM_AUTH"] == "true":
            yield "rds-db:connect", self._user + told["DATABASE_URL"].split("://")[1].split("@")[0]

    def _is_told(self, function: Resource) -> Iterator[Need]:
        for value in variables(function).values():
            for part in json.loads(value).values() if value.startswith("{") else [value]:
                kind, _, name = str(part).partition(":")
                if kind == "secretsmanager":
                    yield "secretsmanager:GetSecretValue", name
                elif kind == "ssm":
                    yield "ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}"

    def _hears(self, function: Resource) -> Iterator[Need]:
        for mapping in typed(self._resources, "AWS::Lambda::EventSourceMapping"):
            if mapping.properties["FunctionName"] != function.logical_id:
                continue
            queue = str(mapping.properties["EventSourceArn"])
            yield from ((f"sqs:{action}", queue) for action in READ)
            # `core.events.giving_up`: a redrive policy is what it asks for.
            if dead := self._redrives.get(queue):
                yield from (("sqs:GetQueueUrl", dead), ("sqs:SendMessage", dead))

    def _uses(self, function: Resource) -> Iterator[Need]:
        used = using(str(function.properties["Handler"]), MARKS) - UNUSED.get(function.logical_id, set())
        told = variables(function)
        if {"emits", "relays", "repeats"} & used:
            yield from (("events:PutEvents", self._bus), ("events:DescribeEventBus", self._bus))
        yield from self._files(used)
        queues = [url.rpartition("/")[2] for url in told.get("DEAD_LETTER_QUEUES", "").split(",") if url]
        if "depth" in used:
            yield from (("sqs:GetQueueAttributes", self._arns[queue]) for queue in queues)
        if "send" in used:
            yield from (("sqs:SendMessage", self._arns[queue.removesuffix(SUFFIX)]) for queue in queues)
        if "rule" in used:
            yield from (("events:DescribeRule", self._rules[queue.removesuffix(SUFFIX)]) for queue in queues)
        if "mail" in used and "ses" in told["MAIL_PROVIDERS"].split(","):
            yield from (("ses:SendEmail", f"arn:aws:ses:{REGION}:{ACCOUNT}:{each}") for each in _identities(told))
        if "texts" in used and "sns" in told["SMS_PROVIDERS"].split(","):
            yield "sns:Publish", "*"

    def _files(self, used: set[str]) -> Iterator[Need]:
        uploads, photos = f"{self._bucket}/uploads/*", f"{self._bucket}/photos/*"
        if "form" in used:
            yield "s3:PutObject", uploads
        if "read" in used:
            yield from (("s3:GetObject", uploads), ("s3:ListBucket", self._bucket))
        if "write" in used:
            yield "s3:PutObject", photos
        if "remove" in used:
            yield from (("s3:DeleteObject", uploads), ("s3:DeleteObject", photos))

    def _opens(self, _function: Resource) -> Iterator[Need]:
        """All report what failed into a queue, which is encrypted with the studio's key where it has one."""
        for key in (r.arn for r in self._resources if r.type == "AWS::KMS::Key"):
            yield from (("kms:Decrypt", key), ("kms:GenerateDataKey", key))


def variables(function: Resource) -> Mapping[str, str]:
    told: Mapping[str, Any] = function.properties["Environment"]["Variables"]
    return {name: str(value) for name, value in told.items()}


def _identities(told: Mapping[str, str]) -> Iterator[str]:
    yield "identity/" + told["MAIL_FROM"].rpartition("@")[2].rstrip(">")
    if told["SES_CONFIGURATION_SET"]:
        yield f"configuration-set/{told['SES_CONFIGURATION_SET']}"
