"""A service put together from nothing but the environment, as in its function."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

import pytest
from sqlalchemy import Engine

from core.aws import aws_client
from core.aws.calls import json_service
from core.composition import Composed, World
from shared_schemas.access import ACCESS

# Every call is counted, but tests do in a minute what people do in weeks, all from one address.
GENEROUS = " ".join(sorted({f"{access.limit}=1000000/60" for access in ACCESS.values() if access.is_counted}))
NOBODY = "http://127.0.0.1:1"
KEY = "a key of the service's own, long enough to sign with: 64 bytes at least"


class App(Protocol):
    """What the apps of all services have."""

    @property
    def world(self) -> World[Any]: ...


A = TypeVar("A", bound=App)


class Context(SimpleNamespace):
    """What Lambda tells a function about its invocation."""

    function_name = "Function"
    aws_request_id = "r1"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@contextmanager
def deployed(composed: Composed[Any, A], engine: Engine, url: str, patch: pytest.MonkeyPatch) -> Iterator[A]:
    """The app of a service whose role `engine` is signed in as; AWS and the API answer at `url`."""
    set_environment(engine, url, patch)
    with composed.replaced(composed.from_environment()) as app:
        yield app
        app.world.engine.dispose()


def set_environment(engine: Engine, url: str, patch: pytest.MonkeyPatch) -> None:
    settings = {
        "SERVICE": str(engine.url.username).removeprefix("cyclorama_"),
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "API_URL": url,
        "SERVICE_KEY": KEY,
        "DATA_KEY": KEY,
        "AWS_ENDPOINT_URL": url,
        "PHOTOS_BUCKET": "photos-of-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in settings.items():
        patch.setenv(name, value)
    if url == NOBODY:
        # Three seconds for each event that nobody takes, else.
        patch.setattr("core.aws.RETRIES", 0)
    # The client of another test's server.
    aws_client.cache_clear()
    json_service.cache_clear()
