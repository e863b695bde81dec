"""`python -m infra.keys --stack cyclorama [--issuer users] [--stolen]`: rotates the keys of a deployed stack.

It runs with the credentials of whoever calls it: no function of ours may write these secrets."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from core.aws import aws_client
from infra.keys.rotation import API, Rotation, UnknownIssuerError


class SecretsManager:
    """Each change is a new version there; the one before stays as AWSPREVIOUS, to go back by hand."""

    def read(self, name: str) -> str:
        return str(aws_client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])

    def write(self, name: str, text: str) -> None:
        aws_client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)


def variables_of(stack: str) -> Mapping[str, str]:
    """The variables of the function that signs users' tokens."""
    found = aws_client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=API)
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    configuration = aws_client("lambda").get_function_configuration(FunctionName=name)
    return dict(configuration["Environment"]["Variables"])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.keys", description="Rotate the keys that sign tokens")
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--issuer", action="append", default=[], help="users or a service; may be repeated; else all")
    parser.add_argument("--stolen", action="store_true", help="the old keys hold no longer: users sign in again")
    options = parser.parse_args(arguments)
    rotation = Rotation(options.issuer, options.stolen)
    try:
        for line in rotation.perform(variables_of(options.stack), SecretsManager(), datetime.now(UTC)):
            sys.stdout.write(f"{line}\n")
    except UnknownIssuerError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
