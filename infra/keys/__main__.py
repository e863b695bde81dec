"""`python -m infra.keys --stack cyclorama [--issuer users] [--stolen] [--drop]`: rotates the keys of a deployed stack.

It runs with the credentials of whoever calls it: no function of ours may write these secrets."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from core.aws import aws_client
from infra.keys.data import OPERATORS, DataRotation, NotYetError, rotation_of
from infra.keys.rotation import API, UnknownIssuerError


class InvocationError(Exception):
    """The function that seals second factors failed."""


class SecretsManager:
    """Each change is a new version there; the one before stays as AWSPREVIOUS, to go back by hand."""

    def read(self, name: str) -> str:
        return str(aws_client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])

    def write(self, name: str, text: str) -> None:
        aws_client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)


def variables_of(stack: str) -> Mapping[str, str]:
    """The variables of the function that signs users' tokens."""
    configuration = aws_client("lambda").get_function_configuration(FunctionName=_function(stack, API))
    return dict(configuration["Environment"]["Variables"])


def invoke(stack: str, event: bytes) -> Mapping[str, Any]:
    """What the operators' function answers; `InvocationError` with what it says of its failure."""
    client = aws_client("lambda", read_timeout=60)
    answer = client.invoke(FunctionName=_function(stack, OPERATORS), Payload=event)
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise InvocationError(f"{OPERATORS} failed: {told.get('errorMessage') or told}")
    return told


def _function(stack: str, logical_id: str) -> str:
    found = aws_client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def perform(options: argparse.Namespace) -> Iterator[str]:
    """The sentences of whichever rotation is asked for."""
    variables, store, now = variables_of(options.stack), SecretsManager(), datetime.now(UTC)
    rotation = rotation_of(options.issuer, stolen=options.stolen, drop=options.drop)
    if isinstance(rotation, DataRotation):
        return rotation.perform(variables, store, now, partial(invoke, options.stack))
    return rotation.perform(variables, store, now)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.keys", description="Rotate the keys that sign tokens")
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument(
        "--issuer", action="append", default=[], help="users or a service; may be repeated; else all; or data"
    )
    parser.add_argument("--stolen", action="store_true", help="the old keys hold no longer: users sign in again")
    parser.add_argument("--drop", action="store_true", help="of the data key: only the newest is left")
    options = parser.parse_args(arguments)
    try:
        for line in perform(options):
            sys.stdout.write(f"{line}\n")
    except (UnknownIssuerError, NotYetError, InvocationError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
