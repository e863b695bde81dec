"""The endpoint of AWS's services on this machine, whatever the environment says."""

import json
from typing import Any

import urllib3

from infra.local.machine.region import REGION

TIMEOUT = urllib3.Timeout(connect=2, read=30)
RETRIES = urllib3.Retry(total=2, status=0, redirect=False, allowed_methods=None, backoff_factor=0.1)
# By service: what its actions begin with, and which version of the protocol it speaks.
SERVICES = {
    "events": ("AWSEvents", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "ssm": ("AmazonSSM", "1.1"),
}


class LocalAwsError(Exception):
    """The endpoint refused, or did not answer; `code` is its own word for why."""

    def __init__(self, action: str, code: str) -> None:
        super().__init__(f"{action}: {code}")
        self.code = code


class LocalAws:
    """Asks the endpoint without boto3, whose import and clients are a quarter of what a start takes this process."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=RETRIES)

    def ask(self, service: str, action: str, **told: Any) -> dict[str, Any]:
        """An action of one of `SERVICES`, by its own names."""
        prefix, version = SERVICES[service]
        headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": f"{prefix}.{action}"}
        answer = self._send("POST", "/", service, action, headers, json.dumps(told).encode())
        return dict(json.loads(answer)) if answer else {}

    def make_bucket(self, name: str) -> None:
        """One of our own that is there already stays."""
        try:
            self._send("PUT", f"/{name}", "s3", "CreateBucket", {}, b"")
        except LocalAwsError as error:
            if "BucketAlreadyOwnedByYou" not in error.code:
                raise

    def _send(self, method: str, path: str, service: str, action: str, headers: dict[str, str], body: bytes) -> bytes:
        told = {**headers, "Authorization": _authorization(service)}
        try:
            answer = self._pool.request(method, self._endpoint + path, headers=told, body=body)
        except urllib3.exceptions.HTTPError as error:
            raise LocalAwsError(action, type(error).__name__) from error
        if answer.status >= 300:
            raise LocalAwsError(action, _code(answer.data) or f"http_{answer.status}")
        return answer.data


def _authorization(service: str) -> str:
    # No local endpoint looks at the signature; some see by the rest which service and whose things are meant.
    scope = f"local/20260101/{REGION}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=local"


def _code(body: bytes) -> str:
    """Of JSON; what S3 says in XML is given as it is."""
    try:
        return str(json.loads(body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:300]


def local_client(service: str, endpoint: str, connections: int = 10) -> Any:
    """A client of boto3 with the credentials that a local endpoint asks for: any. Its `connections` serve as many
    threads at once."""
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard", "total_max_attempts": 3}
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - not a secret
        config=Config(connect_timeout=2, read_timeout=30, retries=retries, max_pool_connections=connections),
    )
