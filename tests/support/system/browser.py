"""A real browser, if one is installed: what a page logs, refuses or throws ends the test."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.support.waiting import PATIENCE_SECONDS

PHONE = ViewportSize(width=390, height=844)
NOTHING_IS_KEPT = {
    "profile": {
        "cookie_controls_mode": 1,
        "block_third_party_cookies": True,
        "default_content_setting_values": {"cookies": 2},
    }
}
NAMES = ("chromium", "chromium-browser", "google-chrome")
# What a browser says itself when a network is away or an answer is a refusal; the page has to cope with both.
NETWORK = "Failed to load resource"
PATIENCE_MS = PATIENCE_SECONDS * 1000
# Also where one file is run alone: what a page is to show is waited for as long as a hang.
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str | None:
    """The program; `CHROMIUM` names one that is not on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The program, which nobody visits anything with yet; to start it takes a second of a processor."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of a visitor in Russia, new to every page. Complaints of its pages fail the test when it is put away."""
    made = browser.new_context(viewport=PHONE, locale="ru-RU", timezone_id="Europe/Moscow", reduced_motion="reduce")
    with _listening(made) as context:
        yield context


@contextmanager
def another_visitor(beside: BrowserContext, *permissions: str) -> Iterator[BrowserContext]:
    """Somebody else with the same kind of phone, who has given pages these permissions."""
    assert beside.browser
    granted = list(permissions)
    made = beside.browser.new_context(viewport=PHONE, locale="ru-RU", timezone_id="Europe/Moscow", permissions=granted)
    with _listening(made) as context:
        yield context


@contextmanager
def without_scripts(beside: BrowserContext) -> Iterator[Page]:
    """A page of somebody whose browser runs none."""
    assert beside.browser
    with _listening(beside.browser.new_context(java_script_enabled=False)) as context:
        yield context.new_page()


@contextmanager
def browsing_without_storage(beside: BrowserContext, profile: Path) -> Iterator[BrowserContext]:
    """Another browser beside one that is there, of somebody who forbids all sites to keep cookies or anything else.

    This is the strictest of a browser's settings; `profile` is an empty folder."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps(NOTHING_IS_KEPT), encoding="utf-8")
    assert beside.browser
    opened = beside.browser.browser_type.launch_persistent_context(
        profile,
        executable_path=chromium(),
        args=["--no-sandbox"],
        viewport=PHONE,
        locale="ru-RU",
        timezone_id="Europe/Moscow",
    )
    with _listening(opened) as context:
        yield context


@contextmanager
def _listening(context: BrowserContext) -> Iterator[BrowserContext]:
    complaints: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    context.on("page", lambda page: _listen(page, complaints))
    yield context
    context.close()
    assert complaints == []


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: _note(said.type, said.text, complaints))


def _note(kind: str, text: str, complaints: list[str]) -> None:
    if kind == "error" and not text.startswith(NETWORK):
        complaints.append(text)


def somebody(first_name: str) -> str:
    """A name that nobody else has, of letters alone: it is searched for."""
    return f"{first_name} {''.join(Random(uuid4().int).choices('абвгдежзик', k=12)).capitalize()}"


class StudioSite:
    """A studio's own site, at another origin (`localhost` is another site than 127.0.0.1); `html` is its one page."""

    def __init__(self) -> None:
        self.html = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.html.encode()
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
