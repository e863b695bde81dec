"""The booking page in a real browser: a guest on a phone books, pays and moves; the widget does it on another site."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Route, expect

from infra.local.client import Client
from tests.support.system.browser import StudioSite, browsing, chromium, somebody
from tests.support.system.whole import System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
expect.set_options(timeout=240_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with browsing() as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def choose_time(page: Page | FrameLocator, system: System) -> None:
    """The start of a free hour that no other test takes."""
    slot = system.slot()
    hall = next(
        hall["name"] for hall in Client(system.api_url).get("/v1/halls")["data"] if hall["id"] == slot["hall_id"]
    )
    day, clock = slot["start"][:10], slot["start"][11:16]
    for _ in range(month_of(day, system)):
        page.get_by_label("Следующий месяц").click()
    page.get_by_role("button", name=re.compile(rf"^[^,]+, {int(day[8:])} [^,]+, от ")).click()
    page.get_by_role("button", name=re.compile(rf"^{re.escape(hall)}, {clock}")).click()


def month_of(day: str, system: System) -> int:
    year, month = map(int, system.day(0)[:7].split("-"))
    return (int(day[:4]) - year) * 12 + int(day[5:7]) - month


def tell_who(page: Page | FrameLocator, name: str) -> None:
    page.get_by_label("Имя").fill(name)
    page.get_by_label("Телефон").fill("8 (916) 123-45-67")
    page.get_by_label(re.compile("персональных данных")).check()


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

    # The link alone opens it, without anything that this browser remembers.
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    page.get_by_role("button", name="Отменить бронь").click()
    expect(page.get_by_role("dialog")).to_contain_text("Вернём")
    page.get_by_role("button", name="Да, отменить").click()
    expect(page.get_by_role("status").filter(has_text="Отменена")).to_be_visible()


def test_going_back_from_the_form_keeps_what_was_said(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    page.get_by_label("Имя").fill("Лев Назадов")

    page.go_back()
    page.locator(".times button").first.click()

    expect(page.get_by_label("Имя")).to_have_value("Лев Назадов")


def test_a_lost_network_in_the_middle_books_once(page: Page, browser: BrowserContext, system: System) -> None:
    page.goto(f"{system.api_url}/book")
    choose_time(page, system)
    name = somebody("Глеб")
    tell_who(page, name)
    expect(page.locator(".lines .sum")).to_be_visible()
    sent: list[str] = []

    def lose_the_answer(route: Route) -> None:
        """The first request arrives, its answer does not."""
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) > 1:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/v1/bookings", lose_the_answer)
    page.get_by_role("button", name="Забронировать").click()

    expect(page.locator(".clock")).to_be_visible()
    assert len(sent) > 1
    assert len(set(sent)) == 1
    found = system.manager.get(f"/v1/customers?q={name.split()[1]}")["data"]
    assert len(found) == 1


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

    # It is told with a message, which comes after what is seen.
    page.wait_for_function("heard.some(([type]) => type === 'booked')")
    heard = page.evaluate("heard")
    assert [type for type, _ in heard if type != "step"] == ["ready", "booked"]
    assert {each["step"] for type, each in heard if type == "step"} == {"time", "details", "visit"}
    assert "Рамкина" not in str(heard)


def test_every_other_page_runs(page: Page, system: System) -> None:
    """Whatever a page throws or is refused fails the test when the browser is put away."""
    for path, shown in (
        ("/", "Забронировать зал"),
        ("/trace", "Войти"),
        ("/invitation", "Приглашение в команду"),
        ("/docs", "Cyclorama"),
    ):
        page.goto(f"{system.api_url}{path}")
        expect(page.get_by_text(shown).first).to_be_visible()


def test_no_other_site_may_show_it(page: Page, site: StudioSite, system: System) -> None:
    policy = Client(system.api_url).request("GET", "/book").headers["Content-Security-Policy"]

    assert policy.endswith(f"frame-ancestors 'self' {site.origin}")
