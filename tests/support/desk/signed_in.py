"""A page of the desk that somebody has signed in to."""

from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.support.system.whole import PASSWORD, System

DESKTOP = ViewportSize(width=1440, height=1000)


def desk(browser: BrowserContext, system: System, place: str, who: str = "manager") -> Page:
    """`place` is a day, or what else stands behind the # of the address."""
    page = browser.new_page()
    page.set_viewport_size(DESKTOP)
    page.goto(f"{system.api_url}/desk#{place}")
    page.get_by_label("Почта").fill(f"{who}@cyclorama.test")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    return page
