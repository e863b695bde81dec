"""Settings whose value lives elsewhere: `secretsmanager:<id>` and `ssm:<name>` are looked up on first use."""

from functools import cache

from core.aws import aws_client

SECRETS_MANAGER = "secretsmanager:"
PARAMETER_STORE = "ssm:"


def is_reference(value: str) -> bool:
    """Whether the value lives elsewhere."""
    return value.startswith((SECRETS_MANAGER, PARAMETER_STORE))


@cache
def resolve(value: str) -> str:
    """The value itself, or what the reference in it points to; kept for the life of the process."""
    if value.startswith(SECRETS_MANAGER):
        secret_id = value.removeprefix(SECRETS_MANAGER)
        return str(aws_client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"])
    if value.startswith(PARAMETER_STORE):
        name = value.removeprefix(PARAMETER_STORE)
        return str(aws_client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    return value
