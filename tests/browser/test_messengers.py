"""A guest connects a messenger from the page of the booking, in a real browser, and messages come to the chat."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.client import Client
from tests.support.pages.booking import choose_time, tell_who
from tests.support.system.browser import chromium
from tests.support.system.whole import System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


@pytest.mark.parametrize(("name", "channel"), [("MAX", "max"), ("Telegram", "telegram")])
def test_a_guest_gets_messages_in_a_messenger_and_ends_that(
    page: Page, system: System, name: str, channel: str
) -> None:
    sandbox = Client(system.endpoints.sandbox_url)
    # The job that sees to it runs every minute.
    eventually(lambda: sandbox.get(f"/_sandbox/bots/{channel}")["hooks"])
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    tell_who(page, "Нина Мессенджерова")
    page.get_by_role("button", name="Забронировать").click()

    with page.expect_popup() as opened:
        page.get_by_role("button", name=f"Получать в {name}").click()
    chat = opened.value
    chat.get_by_role("button", name="Начать").click()
    expect(chat.get_by_text(re.compile("Чат [0-9]+"))).to_be_visible()
    number = re.search("Чат ([0-9]+)", chat.inner_text("main"))[1]  # type: ignore[index]
    chat.close()
    page.bring_to_front()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text(f"Сообщения приходят в {name}")).to_be_visible()

    page.get_by_role("button", name="Банковская карта").click()
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/manage?booking=*")
    expect(page.get_by_text("Ждём вас!")).to_be_visible()

    def told() -> bool:
        texts = [each["text"] for each in sandbox.get(f"/outbox.json?channel={channel}&to={number}")["data"]]
        return any("подтвержден" in text.lower() for text in texts)

    eventually(told)
    page.get_by_role("button", name="Не получать").click()
    expect(page.get_by_role("button", name=f"Получать в {name}")).to_be_visible()
