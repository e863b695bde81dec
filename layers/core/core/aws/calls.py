"""Calls of AWS's JSON services where boto3 costs more than what is asked: its client takes a millisecond for each,
importing it 0.2 s of a cold start, and it all 25 MiB."""

import hashlib
import hmac
import json
import os
import random
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import urllib3

from core import aws
from core.aws.credentials import Credentials, credentials
from core.aws.errors import AwsCallError
from core.clock import SystemClock

TIMEOUT = urllib3.Timeout(connect=2, read=5)
PAUSE_SECONDS = 0.1
CONTENT_TYPE = "application/x-amz-json-1.1"
# By service: what its actions begin with, and which version of the protocol it speaks.
SERVICES = {
    "events": ("AWSEvents", CONTENT_TYPE),
    "secretsmanager": ("secretsmanager", CONTENT_TYPE),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "ssm": ("AmazonSSM", CONTENT_TYPE),
}
ALGORITHM = "AWS4-HMAC-SHA256"


class JsonService:
    """One of `SERVICES`, called by the name of an action; at `AWS_ENDPOINT_URL`, if that is set."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._prefix, self._content_type = SERVICES[service]
        self._url = endpoint(service) + "/"
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=1)

    def call(self, action: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """The answer; outages are outlived for a moment, and then an `AwsCallError` like a refusal."""
        body = json.dumps(document).encode()
        for attempt in range(aws.RETRIES + 1):
            try:
                answer = self._post(action, body)
                if answer.status == 200:
                    found: dict[str, Any] = json.loads(answer.data)
                    return found
                code = code_of(answer)
                passing = answer.status >= 500 or "Throttl" in code
            except urllib3.exceptions.HTTPError as error:
                code, passing = type(error).__name__, True
            if not passing or attempt == aws.RETRIES:
                break
            time.sleep(PAUSE_SECONDS * 2**attempt * random.random())  # noqa: S311 - nobody is to guess anything
        raise AwsCallError(action, code)

    def _post(self, action: str, body: bytes) -> urllib3.BaseHTTPResponse:
        headers = {"content-type": self._content_type, "x-amz-target": f"{self._prefix}.{action}"}
        return posted(self._pool, self._service, self._url, headers, body)


@cache
def json_service(service: str) -> JsonService:
    """Kept, with its connection, for as long as the process lives."""
    return JsonService(service)


def region() -> str:
    """Of this function."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION", "us-east-1")


def endpoint(host: str) -> str:
    """Where a service answers, by the first part of its name on AWS."""
    return (os.environ.get("AWS_ENDPOINT_URL") or f"https://{host}.{region()}.amazonaws.com").rstrip("/")


def posted(
    pool: urllib3.PoolManager, service: str, url: str, headers: Mapping[str, str], body: bytes
) -> urllib3.BaseHTTPResponse:
    """The answer to a signed POST, made once; urllib3's `HTTPError` if there is none, `CredentialsError` if nothing
    could be signed."""
    where = urllib3.util.parse_url(url)
    told = {**headers, "host": where.netloc or ""}
    signed_now = signed(told, body, service, region(), SystemClock().now(), credentials(), where.path or "/")
    return pool.request("POST", url, headers=signed_now, body=body)


def signed(
    headers: Mapping[str, str],
    body: bytes,
    service: str,
    region: str,
    now: datetime,
    by: Credentials,
    path: str = "/",
) -> dict[str, str]:
    """The headers of a POST, their names in small letters, and those that sign it (Signature Version 4); in the `path`
    nothing needs to be escaped."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    day = moment[:8]
    told = {**headers, "x-amz-date": moment}
    if by.token:
        told["x-amz-security-token"] = by.token
    names = ";".join(sorted(told))
    lines = "".join(f"{name}:{told[name]}\n" for name in sorted(told))
    request = f"POST\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{region}/{service}/aws4_request"
    text = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{by.key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    told["authorization"] = f"{ALGORITHM} Credential={by.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return told


def code_of(answer: urllib3.BaseHTTPResponse) -> str:
    """A service's own word for why it refused; services whose calls have paths of their own say it in a header."""
    if told := answer.headers.get("x-amzn-errortype"):
        return str(told).partition(":")[0].rpartition("#")[2]
    try:
        return str(json.loads(answer.data)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError, TypeError):
        return f"http_{answer.status}"
