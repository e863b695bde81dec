"""Services that moto plays, asked as `JsonService` asks them: moto hears boto3 alone."""

from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from core.aws import aws_client
from core.aws.errors import AwsCallError


class ByBoto3:
    """One service, as long as moto plays it."""

    def __init__(self, service: str) -> None:
        self._service = service

    def call(self, action: str, document: Mapping[str, Any]) -> dict[str, Any]:
        try:
            found: dict[str, Any] = getattr(aws_client(self._service), xform_name(action))(**document)
        except ClientError as error:
            raise AwsCallError(action, error.response["Error"]["Code"]) from error
        return found
