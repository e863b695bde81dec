"""A guest has messages about a booking shown by the browser: with the real worker, and the sandbox's push service in
place of the one that the browser's maker has, which no test can reach."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.client import Client
from tests.support.pages.booking import choose_time, tell_who
from tests.support.system.browser import another_visitor, chromium
from tests.support.system.whole import System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
AT_THE_SANDBOX = """
const given = (told) => ({ ...told, toJSON: () => ({ endpoint: told.endpoint, expirationTime: null, keys: told }) });
PushManager.prototype.getSubscription = async () => {
  const made = localStorage.getItem("made");
  return made && given(JSON.parse(made));
};
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly) throw new DOMException("", "NotAllowedError");
  const told = await window.subscribeAtSandbox(applicationServerKey);
  localStorage.setItem("made", JSON.stringify(told));
  return given(told);
};
"""
REGISTERED = "async () => Boolean(await navigator.serviceWorker.getRegistration('manage'))"
SHOWN = """async () => {
  const { getNotifications } = ServiceWorkerRegistration.prototype;
  const found = await getNotifications.call(await navigator.serviceWorker.getRegistration("manage"));
  return found.map(({ title, body, tag }) => ({ title, body, tag }));
}"""
# A person's click lets the worker open a window; a script's does not, so what it would open is noted.
PRESSED = """async () => {
  const [notification] = await self.registration.getNotifications();
  const opened = [], done = [];
  self.clients.openWindow = async (address) => opened.push(address);
  const event = new NotificationEvent("notificationclick", { notification });
  event.waitUntil = (promise) => done.push(promise);
  self.dispatchEvent(event);
  await Promise.all(done);
  return [opened, (await self.registration.getNotifications()).length];
}"""


@pytest.fixture
def sandbox(system: System) -> Client:
    return Client(system.endpoints.sandbox_url)


@pytest.fixture
def visitor(browser: BrowserContext) -> Iterator[BrowserContext]:
    with another_visitor(browser, "notifications") as context:
        yield context


@pytest.fixture
def page(visitor: BrowserContext, sandbox: Client) -> Page:
    made = visitor.new_page()
    made.expose_function("subscribeAtSandbox", lambda key: sandbox.post("/_sandbox/push", {"key": key}))
    made.add_init_script(AT_THE_SANDBOX)
    return made


def booked(page: Page, system: System) -> str:
    """The page of a booking that waits for its payment; its address."""
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    tell_who(page, "Нина Браузерова")
    page.get_by_role("button", name="Забронировать").click()
    page.wait_for_url("**/manage#*")
    return page.url


def handed_to_the_worker(page: Page, payload: str) -> None:
    """As the browser does when its push service calls."""
    session = page.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    while not known:
        page.wait_for_timeout(50)
    scope = known[-1]["scopeURL"]
    told = {"origin": scope.removesuffix("/manage"), "registrationId": known[-1]["registrationId"], "data": payload}
    session.send("ServiceWorker.deliverPushMessage", told)


def test_a_guest_is_notified_by_the_browser_and_ends_that(page: Page, system: System, sandbox: Client) -> None:
    link = booked(page, system)
    expect(page.get_by_role("button", name="Уведомлять в этом браузере")).to_be_visible()
    assert page.evaluate(REGISTERED) is False
    page.goto(link.replace("/manage#", "/manage?lang=en#"))
    page.get_by_role("button", name="Notify me in this browser").click()
    expect(page.get_by_text("Notifications come to this browser")).to_be_visible()
    subscribed = json.loads(page.evaluate("localStorage.getItem('made')"))["id"]

    page.goto(link.replace("/manage#", "/manage?lang=ru#"))
    expect(page.get_by_text("Уведомления приходят в этот браузер")).to_be_visible()
    page.get_by_role("button", name="Банковская карта").click()
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/manage?booking=*")
    expect(page.get_by_text("Ждём вас!")).to_be_visible()

    def confirmed() -> list[str]:
        payloads = sandbox.get(f"/_sandbox/push/{subscribed}")["payloads"]
        return [each for each in payloads if "подтвержден" in json.loads(each)["title"].lower()]

    (payload,) = eventually(confirmed)
    told = json.loads(payload)
    handed_to_the_worker(page, payload)
    shown = [{name: told[name] for name in ("title", "body", "tag")}]
    while page.evaluate(SHOWN) != shown:
        page.wait_for_timeout(50)
    (worker,) = page.context.service_workers
    assert worker.evaluate(PRESSED) == [[told["link"]], 0]

    page.goto(told["link"])
    expect(page.get_by_text("Ждём вас!")).to_be_visible()
    page.get_by_role("button", name="Не получать").click()
    expect(page.get_by_role("button", name="Уведомлять в этом браузере")).to_be_visible()


def test_who_forbids_it_is_told_and_nothing_is_subscribed(page: Page, system: System, sandbox: Client) -> None:
    page.context.clear_permissions()
    booked(page, system)
    page.get_by_role("button", name="Уведомлять в этом браузере").click()
    expect(page.get_by_role("alert")).to_contain_text("запрещены")
    assert page.evaluate("localStorage.getItem('made')") is None
    assert page.evaluate(REGISTERED) is False
