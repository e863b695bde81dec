"""The first administrator, and the sandbox's credentials in place of a gateway's."""

import json
import secrets
from collections.abc import Callable, Iterator

from infra.deploy.account import Clients
from infra.deploy.smoke import SmokeError, Staff
from infra.deploy.target import Target, pretended

Tell = Callable[[str], None]


def physical(aws: Clients, stack: str, logical_id: str) -> str:
    """What a resource of the stack is called by its service."""
    found = aws("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def first_administrator(target: Target, aws: Clients, email: str, tell: Tell) -> Staff | None:
    """Made if there is none yet; the password is shown once, and kept nowhere."""
    password = secrets.token_urlsafe(12)
    event = {"email": email, "phone": "+79250000000", "full_name": "Administrator", "password": password}
    name = physical(aws, target.stack, "GatewayBootstrap")
    answer = aws("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise SmokeError(f"no administrator was made: {told.get('errorMessage', told)}")
    if not told["created"]:
        tell("there is an administrator already")
        return None
    tell(f"administrator {email} with the password {password}: change it after signing in")
    return Staff(email, password)


def hand_out(target: Target, aws: Clients, tell: Tell) -> None:
    """Put the sandbox's credentials where the gateways' belong. What has read the old ones is started anew."""
    if not any([*_changed(target, aws)]):
        return
    for page in aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName=target.stack):
        for each in page["StackResourceSummaries"]:
            if each["ResourceType"] == "AWS::Lambda::Function" and each["LogicalResourceId"].startswith("Payment"):
                _start_anew(aws, each["PhysicalResourceId"])
    tell("the sandbox's credentials are in place of the gateways'")


def _changed(target: Target, aws: Clients) -> Iterator[bool]:
    for told in pretended(target.sandbox):
        for logical_id, secret in told.secrets.items():
            name = physical(aws, target.stack, logical_id)
            if aws("secretsmanager").get_secret_value(SecretId=name)["SecretString"] != secret:
                aws("secretsmanager").put_secret_value(SecretId=name, SecretString=secret)
                yield True


def _start_anew(aws: Clients, function: str) -> None:
    """A change of settings, of which the description is the one that changes nothing."""
    aws("lambda").update_function_configuration(FunctionName=function, Description="Uses the sandbox's gateways")
    aws("lambda").get_waiter("function_updated").wait(FunctionName=function)
