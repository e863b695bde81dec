"""The AWS endpoint on one machine: ministack or LocalStack as a program of ours, filled from the template."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from infra.local.machine.aws import LocalAws, LocalAwsError
from infra.local.machine.child import Child
from infra.local.machine.errors import LocalError
from infra.local.machine.ports import HOST
from infra.local.machine.settings import ROOT
from infra.local.plan.defaults import LocalValues
from infra.local.template.model import Queue, Rule, System

# Neither looks at the Host, and ministack lets the pages of all sites read what it answers, secrets included.
GUARDED = "infra.local.broker.guarded"
LOCALSTACK_PYTHON = ROOT / ".venv-localstack" / "bin" / "python"


def ministack(state: Path, logs: Path, port: int, log_level: str, shelf: Sequence[str] = ()) -> Child:
    """The broker's process; it keeps its state on SIGTERM. `shelf` is the bucket of photos, and who uploads there."""
    directory = state / "broker"
    directory.mkdir(parents=True, exist_ok=True)
    environment = {
        "GATEWAY_PORT": str(port),
        # Without it, ministack listens on every interface.
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(directory),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(directory / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING" if log_level == "INFO" else log_level,
    }
    program = ["-m", GUARDED, str(port), "ministack", *shelf]
    return Child("broker", program, environment, logs, f"http://{HOST}:{port}/_localstack/health")


def localstack(state: Path, logs: Path, port: int, log_level: str, shelf: Sequence[str] = ()) -> Child:
    """The same by LocalStack, which keeps nothing across restarts; it lives in an environment of its own."""
    if not LOCALSTACK_PYTHON.exists():
        raise LocalError("LocalStack is not installed: `make run BROKER=localstack` installs it into .venv-localstack")
    directory = state / "broker"
    directory.mkdir(parents=True, exist_ok=True)
    environment = {
        "GATEWAY_LISTEN": f"{HOST}:{port}",
        # Of its servers this one alone keeps to the address that it is told.
        "GATEWAY_SERVER": "hypercorn",
        "LOCALSTACK_HOST": f"{HOST}:{port}",
        "SERVICES": "events,sqs,s3,secretsmanager,ssm,sts",
        "SQS_ENDPOINT_STRATEGY": "off",
        "SQS_DISABLE_CLOUDWATCH_METRICS": "1",
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(directory),
        # It downloads nothing and sends no telemetry.
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "LS_LOG": "debug" if log_level == "DEBUG" else "warning",
    }
    health = f"http://{HOST}:{port}/_localstack/health"
    program = ["-m", GUARDED, str(port), "localstack.runtime.main", *shelf]
    return Child("broker", program, environment, logs, health, str(LOCALSTACK_PYTHON))


class Provisioner:
    """Makes what the template describes; doing so again changes nothing."""

    def __init__(self, endpoint: str, values: LocalValues) -> None:
        self._values = values
        self._aws = LocalAws(endpoint)

    def provision(self, system: System) -> None:
        """Queues before the rules that point at them, dead-letter queues before those that redrive."""
        for queue in sorted(system.queues, key=lambda queue: "RedrivePolicy" in queue.attributes):
            self._queue(queue)
        for bus in system.buses:
            self._unless("ResourceAlreadyExistsException", "events", "CreateEventBus", Name=bus)
        for rule in system.rules:
            self._rule(rule)
        for bucket in system.buckets:
            # The region of the runtime is the one that takes no constraint of a location.
            self._aws.make_bucket(bucket)
        for secret in system.secrets:
            self._secret(secret.name, self._values.secret(secret))
        for name, value in self._values.stored_parameters(system.parameters).items():
            self._aws.ask("ssm", "PutParameter", Name=name, Value=value, Type="String", Overwrite=True)

    def _queue(self, queue: Queue) -> None:
        attributes = dict(queue.attributes)
        try:
            self._aws.ask("sqs", "CreateQueue", QueueName=queue.name, Attributes=attributes)
        except LocalAwsError as error:
            # AWS: QueueAlreadyExists, QueueNameExists: it is there with other attributes.
            if "Exists" not in error.code:
                raise
            url = self._aws.ask("sqs", "GetQueueUrl", QueueName=queue.name)["QueueUrl"]
            self._aws.ask("sqs", "SetQueueAttributes", QueueUrl=url, Attributes=attributes)

    def _rule(self, rule: Rule) -> None:
        self._aws.ask(
            "events",
            "PutRule",
            Name=rule.name,
            EventBusName=rule.bus,
            EventPattern=json.dumps(rule.pattern),
            State="ENABLED" if rule.enabled else "DISABLED",
        )
        targets = [{"Id": target, "Arn": arn} for target, arn in rule.targets.items()]
        answer = self._aws.ask("events", "PutTargets", Rule=rule.name, EventBusName=rule.bus, Targets=targets)
        if answer.get("FailedEntryCount"):
            raise RuntimeError(f"The broker refused targets of rule {rule.name}: {answer['FailedEntries']}")

    def _secret(self, name: str, value: str) -> None:
        # What boto3 would add: without it a call that is repeated makes two versions.
        token = str(uuid4())
        try:
            self._aws.ask("secretsmanager", "CreateSecret", Name=name, SecretString=value, ClientRequestToken=token)
        except LocalAwsError as error:
            if error.code != "ResourceExistsException":
                raise
            if self._aws.ask("secretsmanager", "GetSecretValue", SecretId=name)["SecretString"] != value:
                told = {"SecretId": name, "SecretString": value, "ClientRequestToken": token}
                self._aws.ask("secretsmanager", "PutSecretValue", **told)

    def _unless(self, code: str, service: str, action: str, **told: Any) -> None:
        try:
            self._aws.ask(service, action, **told)
        except LocalAwsError as error:
            if error.code != code:
                raise
