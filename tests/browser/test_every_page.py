"""Every page in every state, language and theme: open to everybody, closed to other hosts, and small."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Request

from tests.support.pages.axe import violations
from tests.support.pages.pictures import PICTURES, take
from tests.support.pages.states import EVERY, walk
from tests.support.pages.visits import Visits
from tests.support.runs.table import each
from tests.support.system.browser import PHONE, chromium
from tests.support.system.whole import System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
LANGUAGES = ("ru", "en")
BUDGET = 100_000
# How many bytes came for each address, compressed as they were, whether from the server or kept from an earlier page.
WEIGHED = """performance.getEntries()
    .filter(({ encodedBodySize, initiatorType }) => encodedBodySize !== undefined && initiatorType !== "img")
    .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""

# What stands in a field before anything is typed, where the field is too short for it.
CUT = """[...document.querySelectorAll("input[placeholder]")].filter((field) => {
    const look = getComputedStyle(field), pen = document.createElement("canvas").getContext("2d");
    pen.font = look.font;
    const room = field.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    return field.checkVisibility() && pen.measureText(field.placeholder).width > room;
}).map(({ placeholder }) => placeholder)"""


@pytest.fixture(scope="module")
def visits(system: System) -> Visits:
    return Visits(system)


@contextmanager
def page(browser: BrowserContext, asked: list[Request]) -> Iterator[Page]:
    """A tab of its own, in which nobody has signed in."""
    made = browser.new_page()
    # What fades in and out is looked at as it stays.
    made.emulate_media(reduced_motion="reduce", color_scheme="light")
    made.on("request", lambda request: asked.append(request))
    yield made
    made.close()


def test_everybody_can_use_every_page_in_every_state_language_and_theme(
    browser: BrowserContext, visits: Visits
) -> None:
    asked: list[Request] = []
    found: list[str] = []
    for language in LANGUAGES:
        with page(browser, asked) as tab:
            for name in walk(tab, visits, EVERY, language):
                found += [f"{name}, {language}, {violation}" for violation in violations(tab)]
                found += [f"{name}, {language}, cut: {placeholder}" for placeholder in tab.evaluate(CUT)]

    assert found == []
    own = {visits.api_url, visits.sandbox_url, visits.system.endpoints.aws_endpoint}
    assert {origin_of(each) for each in asked} - own - {""} == set()
    # Photos lie in the studio's storage; nothing else is loaded from there.
    stored = [each for each in asked if origin_of(each) == visits.system.endpoints.aws_endpoint]
    assert {each.resource_type for each in stored} == {"image"}


def origin_of(request: Request) -> str:
    address = urlsplit(request.url)
    return f"{address.scheme}://{address.netloc}" if address.scheme.startswith("http") else ""


def test_the_readme_s_pictures_can_be_taken_again(browser: BrowserContext, system: System, tmp_path: Path) -> None:
    take(browser, system, tmp_path)

    for picture in PICTURES:
        with Image.open(tmp_path / picture.file) as image:
            assert image.size == picture.pixels
            # Not of one colour, as a page that did not come is.
            assert len(image.convert("L").getcolors() or ()) > 20


PATHS = ("/", "/book", "/manage", "/desk", "/trace", "/invitation", "/docs")


@each("path", PATHS)
def test_a_page_is_painted_from_its_document_alone(path: str, browser: BrowserContext, system: System) -> None:
    """Nothing else is let through: whatever is seen then takes one trip to the server."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.continue_() if route.request.is_navigation_request() else route.abort())
    answer = page.goto(system.api_url + path, wait_until="commit")
    eventually(lambda: page.evaluate("performance.getEntriesByName('first-contentful-paint').length"))
    page.close()

    assert answer
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert answer.headers["content-encoding"] == "gzip"


@each("path", [*PATHS, "sandbox/", "sandbox/payments", "sandbox/outbox"])
def test_no_page_is_wider_than_a_phone(path: str, browser: BrowserContext, system: System) -> None:
    page = browser.new_page()
    page.set_viewport_size(PHONE)
    place, _, rest = path.partition("sandbox")
    page.goto(system.api_url + path if place else system.endpoints.sandbox_url + rest, wait_until="networkidle")
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert width == PHONE["width"]


@each("path", PATHS)
def test_a_page_is_small(path: str, browser: BrowserContext, system: System) -> None:
    """With its scripts and all that it asks the API for at first; photos are the studio's."""
    page = browser.new_page()
    page.goto(system.api_url + path, wait_until="networkidle")
    sizes = dict(page.evaluate(WEIGHED))
    page.close()

    # A document, and for the pages of modules their scripts.
    assert sizes[system.api_url + path] > 0
    assert sum(sizes.values()) < BUDGET, sizes
