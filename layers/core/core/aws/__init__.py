"""boto3 clients: imported when first needed (boto3 adds 0.2 s to a cold start), always with time-outs."""

from functools import cache
from typing import Any

# After the first try.
RETRIES = 3


@cache
def aws_client(
    service: str, endpoint_url: str | None = None, read_timeout: int = 5, validate: bool = True, repeats: bool = True
) -> Any:
    """A client of an AWS service; `AWS_ENDPOINT_URL` in the environment points it at a local one.

    Without `validate` boto3 does not check the parameters of a call (0.15 ms) and leaves that to AWS. Unless it
    `repeats`, a call that is not answered is not made again: for what must not happen twice."""
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"mode": "standard", "max_attempts": RETRIES if repeats else 0},
        tcp_keepalive=True,
        parameter_validation=validate,
        # If unset, boto3 composes one from thirty parts for every call (0.1 ms).
        user_agent="cyclorama",
    )
    return boto3.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
