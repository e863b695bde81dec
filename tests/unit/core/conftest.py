"""AWS in memory."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from core import secrets
from core.aws import aws_client


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every client made inside the test speaks to moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        aws_client.cache_clear()
        secrets.resolve.cache_clear()
        yield
    aws_client.cache_clear()
    secrets.resolve.cache_clear()
