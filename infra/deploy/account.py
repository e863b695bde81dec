"""AWS as deploying sees it: clients of one region, with time-outs."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})

# How RDS says that there is no such database.
ABSENT = ("DBInstanceNotFound", "DBInstanceNotFoundFault", "DBClusterNotFound", "DBClusterNotFoundFault")

Clients = Callable[[str], Any]
"""A client of a service by its name, as boto3 calls it."""


def clients(region: str) -> Clients:
    """With the credentials of the environment; `AWS_ENDPOINT_URL` leads elsewhere."""
    session = boto3.Session(region_name=region)
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = session.client(service, config=CONFIG)  # type: ignore[call-overload]
        return made[service]

    return client


def code(error: ClientError) -> str:
    """How AWS names what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def stack_state(aws: Clients, stack: str) -> str:
    """The stack's status, or nothing if there is no such stack."""
    try:
        (found,) = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        # CloudFormation has no code of its own for it.
        if code(error) == "ValidationError":
            return ""
        raise
    return str(found["StackStatus"])


def stack_parameters(aws: Clients, stack: str) -> dict[str, str]:
    """What the stack was last deployed with."""
    (found,) = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}


def outputs(aws: Clients, stack: str) -> dict[str, str]:
    """What the stack tells by name."""
    (found,) = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
