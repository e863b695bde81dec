"""One sandbox and one shop for a test module, cleared of faults before each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sandbox.harness import Sandbox, Shop, shop_server


@pytest.fixture(scope="module")
def shop_of_module() -> Iterator[Shop]:
    with shop_server() as shop:
        yield shop


@pytest.fixture(scope="module")
def sandbox_of_module(shop_of_module: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("sandbox")), f"{shop_of_module.url}/webhooks")
    sandbox.start()
    yield sandbox
    assert sandbox.stop() == 0
    assert "Traceback" not in sandbox.log()


@pytest.fixture
def sandbox(sandbox_of_module: Sandbox) -> Sandbox:
    sandbox_of_module.knobs()
    sandbox_of_module.ahead(0)
    return sandbox_of_module


@pytest.fixture
def shop(shop_of_module: Shop) -> Shop:
    shop_of_module.statuses.clear()
    shop_of_module.answers.clear()
    return shop_of_module
