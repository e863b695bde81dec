"""A running system of the browser's own, whose pages nobody waits for behind the tests of the API, and one browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.conftest import site, system
from tests.support.system.browser import running_browser, visiting

__all__ = ["site", "system"]


@pytest.fixture(scope="package")
def program() -> Iterator[Browser]:
    with running_browser() as running:
        yield running


@pytest.fixture(scope="module")
def browser(program: Browser) -> Iterator[BrowserContext]:
    """Each file of tests has a phone of its own."""
    with visiting(program) as context:
        yield context
