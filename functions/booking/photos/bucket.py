"""The bucket that files of photos lie in: uploaded under `uploads/`, for everybody under `photos/`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.aws import aws_client
from shared_schemas.uploads.photos import PhotoRequest, PhotoUpload

FOR_EVER = "public, max-age=31536000, immutable"


class Bucket:
    """Client of S3; the name of the bucket is a setting."""

    def __init__(self, name: str) -> None:
        self._name = name

    def form(self, key: str, request: PhotoRequest, until: datetime, now: datetime) -> PhotoUpload:
        """Signed here, without a call; storage refuses another key, type or size."""
        told = {"Content-Type": request.content_type}
        conditions = [told, ["content-length-range", 1, request.bytes]]
        seconds = int((until - now).total_seconds())
        signed = self._s3.generate_presigned_post(
            self._name, key, Fields=told, Conditions=conditions, ExpiresIn=seconds
        )  # fmt: skip
        return PhotoUpload(url=signed["url"], fields=signed["fields"], expires_at=until)

    def read(self, key: str) -> bytes | None:
        """None where nothing lies."""
        try:
            return bytes(self._s3.get_object(Bucket=self._name, Key=key)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return None

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """For everybody to read, and to keep for ever."""
        self._s3.put_object(
            Bucket=self._name, Key=key, Body=content, ContentType=content_type, CacheControl=FOR_EVER
        )  # fmt: skip

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._s3.delete_object(Bucket=self._name, Key=key)

    @property
    def _s3(self) -> Any:
        return aws_client("s3", read_timeout=20)
