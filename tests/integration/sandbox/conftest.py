"""One sandbox and one shop for all tests of this folder, cleared of faults before each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sandbox.harness import Sandbox, Shop, shop_server


@pytest.fixture(scope="package")
def shop_of_package() -> Iterator[Shop]:
    with shop_server() as shop:
        yield shop


@pytest.fixture(scope="package")
def sandbox_of_package(shop_of_package: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("sandbox")), f"{shop_of_package.url}/webhooks")
    sandbox.start()
    yield sandbox
    assert sandbox.stop() == 0
    assert "Traceback" not in sandbox.log()


@pytest.fixture
def sandbox(sandbox_of_package: Sandbox) -> Sandbox:
    sandbox_of_package.knobs()
    sandbox_of_package.ahead(0)
    return sandbox_of_package


@pytest.fixture
def shop(shop_of_package: Shop) -> Shop:
    shop_of_package.statuses.clear()
    shop_of_package.answers.clear()
    return shop_of_package
