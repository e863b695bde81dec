"""The API's documentation in a real browser: found by a word, tried with a sign-in, sent again by its line for curl."""

import json
import re
import shlex
from collections.abc import Iterator

import pytest
import urllib3
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.client import Client
from tests.support.system.browser import chromium, without_scripts
from tests.support.system.whole import PASSWORD, System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def sign_in(page: Page, email: str, password: str) -> None:
    page.locator(".bar").get_by_role("button", name="Sign in").click()
    window = page.get_by_role("dialog")
    window.get_by_label("E-mail").fill(email)
    window.get_by_label("Password").fill(password)
    window.get_by_role("button", name="Sign in").click()


def sent_by_curl(line: str) -> urllib3.BaseHTTPResponse:
    """What a shell makes of the line, sent as curl would."""
    words = shlex.split(line.replace("\\\n", " "))
    assert words[0] == "curl"
    options = [(words[at], words[at + 1]) for at in range(1, len(words) - 1) if words[at] in ("-X", "-H", "-d")]
    headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
    method = dict(options).get("-X", "GET")
    (url,) = [word for word in words if word.startswith("http")]
    return urllib3.request(method, url, headers=headers, body=dict(options).get("-d"))


def test_an_operation_is_found_from_the_keyboard(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/docs?lang=en")
    expect(page.get_by_role("heading", name="The studio's API")).to_be_visible()

    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("cancellation preview")
    expect(page.get_by_role("status")).to_have_text("1 found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("What cancelling now would refund, and until when.")
    assert page.url.endswith("#preview_cancellation")
    # The list has made room, and the page begins with what was found.
    expect(page.locator("main")).to_be_focused()


def test_a_request_is_tried_and_curl_sends_the_same(page: Page, system: System) -> None:
    customer, slot = system.customer(), system.slot()
    page.goto(f"{system.api_url}/docs?lang=en#create_booking")
    sign_in(page, customer.email, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Signed in", exact=True)).to_be_visible()

    page.get_by_label("Request body").fill(json.dumps(slot | {"comment": "Don't be late"}))
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Status 201")).to_be_visible()
    made = json.loads(page.get_by_label("Answer 201").last.inner_text())
    # The line has the server, the token, the body with its quote, and the key: it gets the same booking.
    line = page.get_by_role("region", name="curl").inner_text()
    assert f"'{system.api_url}/v1/bookings'" in line
    again = sent_by_curl(line)
    assert (again.status, again.json()["id"], again.json()["comment"]) == (201, made["id"], "Don't be late")

    # Nothing of it is kept, and whoever leaves has left.
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("region", name="curl")).not_to_contain_text("Bearer ey")
    eventually(lambda: sent_by_curl(line).status == 401)


def test_what_is_missing_is_said_and_a_path_is_filled_in(page: Page, system: System) -> None:
    hall = Client(system.api_url).get("/v1/halls")["data"][0]
    page.goto(f"{system.api_url}/docs?lang=en#get_hall")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Fill in: hall_id")).to_be_visible()

    page.locator("input[name=hall_id]").fill(hall["id"])
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("Status 200")).to_be_visible()
    assert sent_by_curl(page.get_by_role("region", name="curl").inner_text()).json()["id"] == hall["id"]


def test_language_and_theme_are_turned_where_one_is(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/docs#cancel_booking")
    expect(page.get_by_role("heading", name="Тело запроса")).to_be_visible()
    expect(page.get_by_text("В запросе есть неверные поля")).to_be_visible()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.get_by_role("button", name="Тёмная тема").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("heading", name="Request body")).to_be_visible()
    assert page.url.endswith("#cancel_booking")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_it_fits_a_phone_and_tells_events(page: Page, system: System) -> None:
    for place, heading in (
        ("", "API студии"),
        ("create_booking", "Book a hall"),
        ("tag-Bookings", "Брони"),
        ("event-booking.confirmed", "The booking is paid for"),
        ("schema-Booking", "Схема Booking"),
        ("no_such_thing", None),
    ):
        page.goto("about:blank")
        page.goto(f"{system.api_url}/docs?lang=ru#{place}")
        if heading:
            expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
        else:
            expect(page.get_by_text("Здесь такого нет.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_without_scripts_it_says_where_the_document_is(browser: BrowserContext, system: System) -> None:
    with without_scripts(browser) as page:
        page.goto(f"{system.api_url}/docs")

        expect(page.get_by_role("link", name="the OpenAPI")).to_be_visible()
        assert Client(system.api_url).get("/" + str(page.locator("a[href]").first.get_attribute("href")))["openapi"]
