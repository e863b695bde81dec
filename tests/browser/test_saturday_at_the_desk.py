"""A Saturday of forty visits, run from the desk's page alone: docs/saturday.md tells it."""

import re
from io import StringIO

import pytest
from playwright.sync_api import BrowserContext
from rich.console import Console

from shared_schemas.providers import PROVIDERS
from tests.support.desk.saturday.play import DEEDS, PageDesk, SaturdayAtThePage
from tests.support.desk.signed_in import desk
from tests.support.system.browser import chromium
from tests.support.system.whole import ROOT, System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
PAGE = (ROOT / "docs" / "saturday.md").read_text(encoding="utf-8").partition("## From the page")[2]
BOOKING = "POST /v1/bookings"


def test_its_books_agree_to_the_kopeck(browser: BrowserContext, system: System) -> None:
    """The script compares them itself, and says which figure differs."""
    played = SaturdayAtThePage(
        system.endpoints, "ru", PROVIDERS[0], Console(file=StringIO(), width=200),
        open_page=lambda place: desk(browser, system, place),
    ).play()  # fmt: skip
    assert isinstance(played.desk, PageDesk)
    assert played.desk.done == {*DEEDS, BOOKING}


def test_the_script_says_where_each_thing_is_done() -> None:
    assert set(re.findall(r"`(POST /v1/[a-z/{}_-]+)`", PAGE)) == {*DEEDS, BOOKING}
