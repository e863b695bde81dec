"""The hands that play the Saturday at the desk, on a page that is made to be slow."""

import pytest
from playwright.sync_api import BrowserContext, Page

from infra.local.client import Answer
from tests.support.desk.saturday import hands
from tests.support.desk.saturday.hands import GONE, Hands, unless_gone
from tests.support.system.browser import chromium

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
PATH, SITE = "/v1/bookings/1/check-in", "http://desk.test"
# It asks, and then it is at work for longer than the press is waited for.
SLOW = f"""<dialog open><button>Пришли</button></dialog><script>
    document.querySelector("button").addEventListener("mousedown", () => {{
        fetch("{PATH}", {{ method: "POST", body: "{{}}" }});
        for (const end = Date.now() + window.busy; Date.now() < end;);
    }});
</script>"""


@pytest.fixture
def page(browser: BrowserContext, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(hands, "SOON_MS", 500)
    made = browser.new_page()
    made.route(f"{SITE}/", lambda asked: asked.fulfill(body=SLOW, content_type="text/html; charset=utf-8"))
    made.route(f"{SITE}{PATH}", lambda asked: asked.fulfill(json={"status": "checked_in"}))
    made.goto(f"{SITE}/")
    return made


def pressed(page: Page, label: str) -> Answer:
    mine = Hands(page)
    return unless_gone(lambda hands, _body, _ids: hands.sent(PATH, hands.pressed(label)))(mine, {}, {})


def test_a_press_that_took_too_long_was_one_if_something_was_sent(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    for soon in (500, 5_000, 50_000):
        monkeypatch.setattr(hands, "SOON_MS", soon)
        page.evaluate("milliseconds => { window.busy = milliseconds; }", 2 * soon)
        # A browser that is busier than that had not come to the press.
        if (answer := pressed(page, "Пришли")) != GONE:
            break
    assert answer.document == {"status": "checked_in"}
    page.close()


def test_a_button_that_is_not_there_cannot_be_pressed(page: Page) -> None:
    assert pressed(page, "Не пришли") == GONE
    page.close()
