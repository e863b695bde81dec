"""The widget on a studio's site: as a popup, behind a button, with what the site has chosen already."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.client import Client
from tests.support.system.browser import StudioSite, chromium
from tests.support.system.whole import System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def shown(page: Page, site: StudioSite, script: str, body: str = "") -> None:
    """A page of the studio's with that script; `left` counts how often it was told that the window is gone."""
    site.html = f"""<!doctype html><title>Studio</title><body>{body}<script>
      window.left = 0;
      document.addEventListener("cyclorama:close", () => window.left++);
      </script>{script}</body>"""
    page.goto(site.origin)


def test_an_element_of_the_site_opens_its_hall_in_a_window(page: Page, site: StudioSite, system: System) -> None:
    hall = Client(system.api_url).get("/v1/halls")["data"][1]
    script = f'<script src="{system.api_url}/widget.js" data-mode="popup" data-people="3" data-length="120"'
    shown(
        page,
        site,
        f"{script} data-theme='dark' data-lang='ru'></script>",
        f'<a href="/hall" data-cyclorama-open="{hall["id"]}">Зал</a>',
    )
    expect(page.locator("iframe")).to_have_count(0)

    page.get_by_text("Зал", exact=True).click()

    frame = page.frame_locator("dialog iframe")
    expect(frame.get_by_role("radio", checked=True)).to_have_accessible_name(re.compile(hall["name"]))
    expect(frame.get_by_label("Сколько человек")).to_have_value("3")
    expect(frame.get_by_label("На сколько")).to_have_value("120")
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    # The site's own link was not followed, and its page is behind the window until that is closed.
    assert page.url == f"{site.origin}/"
    page.get_by_label("Закрыть").click()
    expect(page.locator("dialog")).to_have_count(0)
    page.wait_for_function("window.left === 1")


def test_a_button_at_the_corner_opens_it_in_the_language_of_the_site(
    page: Page, site: StudioSite, system: System
) -> None:
    shown(page, site, f'<script src="{system.api_url}/widget.js" data-mode="button" data-lang="en"></script>')

    page.get_by_role("button", name="Book a hall").click()

    expect(page.frame_locator("dialog iframe").get_by_text("For how long")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_function("window.left === 1")
