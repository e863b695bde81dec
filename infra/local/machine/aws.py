"""boto3 clients for the endpoint on this machine, whatever the environment says."""

from typing import Any

import boto3
from botocore.config import Config

from infra.local.machine.region import REGION

CONFIG = Config(connect_timeout=2, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3})


def local_client(service: str, endpoint: str, connections: int = 10) -> Any:
    """A client with the credentials that a local endpoint asks for: any. Its `connections` serve as many threads at
    once."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - not a secret
        config=CONFIG.merge(Config(max_pool_connections=connections)),
    )
