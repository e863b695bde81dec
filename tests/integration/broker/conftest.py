"""Each broker that Cyclorama runs on, started alone and empty: ministack, and LocalStack in `make test-localstack`."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest

from core.aws import aws_client
from core.aws.calls import json_service
from infra.local.machine.aws import local_client
from infra.local.machine.ports import HOST
from infra.local.run.broker import localstack, ministack
from tests.integration.broker.bus import Bus
from tests.support.database import free_port

ASKED_FOR = "CYCLORAMA_TEST_LOCALSTACK"
PROGRAMS = {"ministack": ministack, "localstack": localstack}


@pytest.fixture(scope="session", params=[*PROGRAMS] if os.environ.get(ASKED_FOR) else ["ministack"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state, port = tmp_path_factory.mktemp(request.param), free_port()
    (state / "logs").mkdir()
    child = PROGRAMS[request.param](state, state / "logs", port, "WARNING")
    child.launch()
    try:
        asyncio.run(child.wait_ready())
        yield f"http://{HOST}:{port}"
    finally:
        child.stop()


@pytest.fixture
def bus(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """A bus of the test's own; the code under test finds it in its environment."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }.items():
        monkeypatch.setenv(name, value)
    aws_client.cache_clear()
    json_service.cache_clear()
    clients: dict[str, Any] = {name: local_client(name, endpoint) for name in ("events", "sqs")}
    yield Bus(**clients, endpoint=endpoint)
    aws_client.cache_clear()
    json_service.cache_clear()
