"""A running system of the browser's own, whose pages nobody waits for behind the tests of the API."""

from tests.e2e.conftest import browser, site, system

__all__ = ["browser", "site", "system"]
