"""How a person does something on the page: opens a view or a booking, fills in, presses, reads what came of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, TimeoutError, expect

from infra.local.client import Answer
from tests.support.waiting import PATIENCE_SECONDS

# The page itself asks again.
BUSY = (502, 503, 504)
# The clock may end a visit while somebody fills in a form or is about to press a button, which is then not there any
# more. Whether it did so, or the page is slow, whoever is told `GONE` finds out.
SOON_MS, PATIENCE_MS = 10_000, PATIENCE_SECONDS * 1000
GONE = Answer(409, {"code": "invalid_transition"}, {})


@dataclass
class Hands:
    """`places` says where a booking stands on the day, hall and time, as its block is called."""

    page: Page
    places: dict[str, str] = field(default_factory=dict)
    _open: str = ""

    @property
    def window(self) -> Locator:
        return self.page.get_by_role("dialog")

    def to(self, view: str) -> Locator:
        """One of the desk's views, by its name in the navigation; all of the page."""
        self.close()
        link = self.page.get_by_role("navigation").get_by_role("link", name=view, exact=True)
        if link.get_attribute("aria-current") is None:
            link.click()
            expect(link).to_have_attribute("aria-current", "page")
            expect(self.page.locator(".waits")).to_have_count(0)
        return self.page.locator("main")

    def close(self) -> None:
        """Whatever window is open."""
        if self.window.count():
            self.page.keyboard.press("Escape")
            expect(self.page.locator("dialog")).to_have_count(0)
        self._open = ""

    def opened(self, booking: str) -> Locator:
        """The card of a booking: it may be open already."""
        if self._open != booking:
            self.to("День")
            self.page.get_by_role("button", name=re.compile(f"^{re.escape(self.places[booking])},")).click()
            self._open = booking
        return self.window

    def shows(self, booking: str) -> None:
        """Whose card the page has opened by itself."""
        self._open = booking

    def unfolded(self, booking: str, action: str, label: str) -> Locator:
        """What a button of the card shows below it."""
        shown = self.opened(booking).locator(f"[data-asked={action}]")
        if not shown.count():
            self.pressed(label)()
        return shown

    def pressed(self, label: str) -> Callable[[], None]:
        """The press of a button of the open window."""
        button = self.window.get_by_role("button", name=label, exact=True)
        return lambda: button.first.click()

    def sent(self, path: str, press: Callable[[], None]) -> Answer:
        """What the API answers to what is pressed; a press that took too long may have been one all the same."""
        asked: list[Request] = []

        def meant(request: Request) -> bool:
            return request.method == "POST" and urlsplit(request.url).path == path

        def note(request: Request) -> None:
            asked.extend([request] if meant(request) else [])

        self.page.on("request", note)
        with self.page.expect_response(
            lambda response: meant(response.request) and response.status not in BUSY, timeout=PATIENCE_MS
        ) as caught:
            try:
                press()
            except TimeoutError:
                # A page that is at work tells what it has sent when it is done.
                self.page.evaluate("0")
                if not asked:
                    raise
            finally:
                self.page.remove_listener("request", note)
        response = caught.value
        return Answer(response.status, response.json(), response.headers)


Deed = Callable[[Hands, dict[str, Any], dict[str, str]], Answer]


def unless_gone(act: Deed) -> Deed:
    """A deed on a visit that the clock may have ended meanwhile: then its button or its form is not there."""

    def tried(hands: Hands, body: dict[str, Any], ids: dict[str, str]) -> Answer:
        hands.page.set_default_timeout(SOON_MS)
        try:
            return act(hands, body, ids)
        except TimeoutError:
            return GONE
        finally:
            hands.page.set_default_timeout(PATIENCE_MS)

    return tried


def rubles(money: dict[str, Any]) -> str:
    """As people write it: 300,55."""
    return f"{money['amount'] / 100:.2f}".replace(".", ",")


def unfold(within: Locator, words: str) -> Locator:
    """What stands behind a line that one clicks on."""
    line = within.locator("summary").filter(has_text=words).last
    fold = line.locator("..")
    if fold.get_attribute("open") is None:
        line.click()
    return fold


def submit(form: Locator, **said: str) -> Callable[[], None]:
    """The form is filled in, by the names of its fields; its button is to be pressed."""
    for name, value in said.items():
        one = form.locator(f"[name={name}]")
        if one.evaluate("field => field.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)
    return lambda: form.locator("button.main").last.click()
