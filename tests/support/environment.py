"""A service put together from nothing but the environment, as in its function."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace

import pytest
from sqlalchemy import Engine

from core.aws import aws_client

KEY = "a key of the service's own, long enough to sign with: 64 bytes at least"


class Context(SimpleNamespace):
    """What Lambda tells a function about its invocation."""

    function_name = "Function"
    aws_request_id = "r1"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@contextmanager
def put_together(wiring: ModuleType, engine: Engine, url: str, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The wiring of a service whose role `engine` is signed in as; AWS and the API answer at `url`."""
    settings = {
        "SERVICE": str(engine.url.username).removeprefix("cyclorama_"),
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "API_URL": url,
        "SERVICE_KEY": KEY,
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in settings.items():
        patch.setenv(name, value)
    _forget(wiring)
    try:
        yield
    finally:
        if wiring.engine.cache_info().currsize:
            wiring.engine().dispose()
        _forget(wiring)


def _forget(wiring: ModuleType) -> None:
    aws_client.cache_clear()
    for value in vars(wiring).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
