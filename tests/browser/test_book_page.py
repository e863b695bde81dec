"""The booking page in a real browser: a guest on a phone books, pays and moves; the widget does it on another site."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from infra.local.client import Client
from tests.support.pages.booking import choose_time, tell_who
from tests.support.system.browser import StudioSite, browsing_without_storage, chromium, somebody
from tests.support.system.whole import System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def test_a_guest_books_and_pays_on_a_phone(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    page.get_by_role("button", name="Больше: Дым-машина").click()
    expect(page.locator(".lines")).to_contain_text("Дым-машина")

    # What is missing is said beside its field, and nothing is sent.
    page.get_by_role("button", name="Забронировать").click()
    expect(page.get_by_text("Заполните это поле.")).to_have_count(2)

    tell_who(page, "Нина Страницына")
    page.get_by_role("button", name="Забронировать").dblclick()
    expect(page.locator(".clock")).to_have_text(re.compile(r"^\d+:\d\d$"))
    link = page.url
    assert "/manage#" in link

    page.get_by_role("button", name="Банковская карта").click()
    page.locator("button[value=pay]").click()
    page.wait_for_url("**/manage?booking=*")
    expect(page.get_by_text("Ждём вас!")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="В календарь").click()
    assert file.value.path().read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")

    # The link alone opens it, without anything that this browser remembers.
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Отменить бронь").click()
    expect(page.get_by_role("dialog")).to_contain_text("Вернём")
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.get_by_role("status").filter(has_text="Отменена")).to_be_visible()


def test_six_taps_and_two_fields_lead_from_the_page_to_a_visit_that_is_paid(page: Page, system: System) -> None:
    """Whoever has never seen it needs no more; the last tap is the bank's. A further step breaks the way."""
    page.goto(f"{system.api_url}/book")
    free = page.locator(".times button")
    free.last.click()
    # A tap into a field opens the keyboard, whose own key leads from one to the next.
    name, phone = page.get_by_label("Имя"), page.get_by_label("Телефон")
    expect(page.locator("input[required]")).to_have_count(2)
    assert [each.get_attribute("autocomplete") for each in (name, phone)] == ["name", "tel"]
    name.click()
    page.keyboard.type("Зоя Быстрова")
    page.keyboard.press("Enter")
    expect(phone).to_be_focused()
    page.keyboard.type("89161234567")
    page.get_by_label(re.compile("персональных данных")).click()
    page.get_by_role("button", name="Забронировать").click()
    page.get_by_role("button", name="Банковская карта").click()
    page.locator("button[value=pay]").click()

    expect(page.get_by_text("Ждём вас!")).to_be_visible()


def test_going_back_from_the_form_keeps_what_was_said(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    page.get_by_label("Имя").fill("Лев Назадов")

    page.go_back()
    page.locator(".times button").first.click()

    expect(page.get_by_label("Имя")).to_have_value("Лев Назадов")


def test_a_studio_s_site_shows_it_and_hears_of_the_booking(page: Page, site: StudioSite, system: System) -> None:
    site.html = f"""<!doctype html><title>Studio</title><script>
      window.heard = [];
      for (const type of ["ready", "step", "booked"])
        document.addEventListener("cyclorama:" + type, (event) => heard.push([type, event.detail]));
      </script><script src="{system.api_url}/widget.js" data-lang="ru"></script>"""
    page.goto(site.origin)
    frame = page.frame_locator("iframe")
    choose_time(frame, system)
    tell_who(frame, "Инна Рамкина")
    frame.get_by_role("button", name="Забронировать").click()
    expect(frame.locator(".clock")).to_be_visible()

    # Banks forbid frames: the payer goes to a tab, and the frame waits for the news.
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Банковская карта").click()
    opened.value.locator("button[value=pay]").click()
    expect(frame.get_by_text("Ждём вас!")).to_be_visible()

    opened.value.close()
    # It is told with a message, which comes after what is seen.
    page.wait_for_function("heard.some(([type]) => type === 'booked')")
    heard = page.evaluate("heard")
    assert [type for type, _ in heard if type != "step"] == ["ready", "booked"]
    assert {each["step"] for type, each in heard if type == "step"} == {"time", "details", "visit"}
    assert "Рамкина" not in str(heard)


def test_a_studio_s_site_books_where_nothing_may_be_kept(
    browser: BrowserContext, tmp_path: Path, site: StudioSite, system: System
) -> None:
    site.html = f"""<!doctype html><title>Studio</title><script>
      window.heard = [];
      document.addEventListener("cyclorama:booked", (event) => heard.push(event.detail));
      </script><script src="{system.api_url}/widget.js" data-lang="ru"></script>"""
    with browsing_without_storage(browser, tmp_path / "profile") as context:
        page = context.new_page()
        page.goto(site.origin)
        frame = page.frame_locator("iframe")
        choose_time(frame, system)
        refused = "() => { try { return sessionStorage.length } catch (error) { return error.name } }"
        assert page.frames[1].evaluate(refused) == "SecurityError"
        tell_who(frame, somebody("Зоя"))
        frame.get_by_role("button", name="Забронировать").click()
        expect(frame.locator(".clock")).to_be_visible()
        with page.expect_popup() as opened:
            frame.get_by_role("button", name="Банковская карта").click()
        opened.value.locator("button[value=pay]").click()

        # The tab of the bank comes back without anything to know the booking by, and says where it is.
        expect(opened.value.get_by_text("Вернитесь на вкладку")).to_be_visible()
        expect(frame.get_by_text("Ждём вас!")).to_be_visible()
        page.wait_for_function("heard.length")
        assert page.evaluate("Object.keys(heard[0])") == ["number"]


def test_no_other_site_may_show_it(page: Page, site: StudioSite, system: System) -> None:
    policy = Client(system.api_url).request("GET", "/book").headers["Content-Security-Policy"]

    assert policy.endswith(f"frame-ancestors 'self' {site.origin}")
