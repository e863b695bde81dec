"""Unit tests open no socket: whoever tries is told so."""

import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from core import secrets
from core.aws import aws_client, calls
from tests.support.by_boto3 import ByBoto3


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting anywhere fails; event loops may still make their pair of sockets."""

    def refuse(_socket: socket.socket, address: Any, *_rest: Any) -> NoReturn:
        raise AssertionError(f"a unit test wants to connect to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS in memory: every client made inside the test speaks to moto."""
    from moto import mock_aws

    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(calls, "json_service", ByBoto3)
    with mock_aws():
        aws_client.cache_clear()
        secrets.resolve.cache_clear()
        yield
    aws_client.cache_clear()
    secrets.resolve.cache_clear()
