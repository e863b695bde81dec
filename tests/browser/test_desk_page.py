"""The desk in a real browser: a booking by keyboard, money taken, somebody arrives; a second desk sees it by itself."""

import re
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from infra.local.client import Client
from tests.support.desk.signed_in import desk
from tests.support.runs.table import each
from tests.support.system.browser import chromium, somebody
from tests.support.system.whole import System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


def write_down(page: Page, system: System, slot: dict[str, Any], name: str) -> None:
    """A booking for somebody on the phone, begun with a key."""
    hall = next(each for each in Client(system.api_url).get("/v1/halls")["data"] if each["id"] == slot["hall_id"])
    page.keyboard.press("n")
    window = page.get_by_role("dialog")
    window.get_by_label("Телефон").fill("8 926 " + "".join(Random(uuid4().int).choices("0123456789", k=7)))
    window.get_by_label("Имя").fill(name)
    window.get_by_label("Зал").select_option(hall["name"])
    window.get_by_label("Начало").fill(slot["start"][11:16])
    expect(window.get_by_text("Цена:")).to_be_visible()
    window.get_by_role("button", name="Забронировать").click()
    expect(window.get_by_role("status").filter(has_text="Ждёт оплаты")).to_be_visible()


def test_a_visit_is_written_down_paid_for_and_begun(browser: BrowserContext, system: System) -> None:
    slot, name = system.slot(), somebody("Пётр")
    first, second = desk(browser, system, slot["start"][:10]), desk(browser, system, slot["start"][:10])
    visit = re.compile(re.escape(name))

    write_down(first, system, slot, name)
    window = first.get_by_role("dialog")
    window.get_by_role("button", name="Принять деньги").click()
    window.get_by_label("Способ").select_option("Терминал")
    window.get_by_role("button", name="Провести").click()
    expect(window.get_by_role("status").filter(has_text="Подтверждена")).to_be_visible()
    # Nobody reloads the other desk.
    expect(second.get_by_role("button", name=visit)).to_have_accessible_name(re.compile("Подтверждена, оплачено"))

    window.get_by_role("button", name="Продлить").click()
    expect(second.get_by_role("button", name=visit)).to_have_accessible_name(re.compile("к оплате"))
    window.get_by_role("button", name="Отменить", exact=True).click()
    expect(window.get_by_text("студия оставит")).to_be_visible()
    window.get_by_role("button", name="Отменить бронь").click()
    expect(second.get_by_role("button", name=visit)).to_have_count(0)

    # A slip: it is undone with a reason, and not without one.
    window.get_by_role("button", name="Вернуть как было").click()
    window.get_by_role("button", name="Вернуть как было").last.click()
    expect(window.get_by_text("Напишите причину.")).to_be_visible()
    window.get_by_label("Причина").fill("Отменили не ту бронь")
    window.get_by_role("button", name="Вернуть как было").last.click()
    expect(second.get_by_role("button", name=visit)).to_be_visible()
    first.close()
    second.close()


def test_what_can_no_longer_be_done_folds_away(browser: BrowserContext, system: System) -> None:
    slot, name = system.slot(), somebody("Анна")
    page = desk(browser, system, slot["start"][:10])
    write_down(page, system, slot, name)
    window = page.get_by_role("dialog")
    window.get_by_role("button", name="Отменить", exact=True).click()
    expect(window.get_by_role("button", name="Отменить бронь")).to_be_visible()

    # Somebody else is quicker.
    found = system.manager.get(f"/v1/customers?q={name.split()[1]}")["data"]
    booking = system.manager.get(f"/v1/bookings?customer_id={found[0]['id']}")["data"][0]
    system.manager.post(f"/v1/bookings/{booking['id']}/cancel", {"reason": "Звонил"})
    expect(window.get_by_role("button", name="Отменить бронь")).to_have_count(0)
    expect(window.get_by_text("этого сделать уже нельзя")).to_be_visible()
    page.close()


def test_the_till_is_opened_and_counted(browser: BrowserContext, system: System) -> None:
    page = desk(browser, system, system.day(0))
    page.get_by_role("link", name="Касса").click()
    page.get_by_label("Сколько сейчас в кассе").fill("1000")
    page.get_by_role("button", name="Открыть кассу").click()
    expect(page.get_by_text("Касса открыта")).to_be_visible()

    page.get_by_label("Наличных по пересчёту").fill("990,50")
    page.get_by_role("button", name="Закрыть кассу").click()
    expect(page.get_by_text("посчитано 990,50")).to_be_visible()
    expect(page.locator(".bad")).to_have_text(re.compile("9,50"))
    page.close()


def test_a_visit_is_dragged_and_its_price_is_shown_before_it_moves(browser: BrowserContext, system: System) -> None:
    slot, name = system.slot(), somebody("Ольга")
    page = desk(browser, system, slot["start"][:10])
    write_down(page, system, slot, name)
    page.keyboard.press("Escape")
    block = page.get_by_role("button", name=re.compile(re.escape(name)))
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box is not None
    found = system.manager.get(f"/v1/customers?q={name.split()[1]}")["data"]
    booking = system.manager.get(f"/v1/bookings?customer_id={found[0]['id']}")["data"][0]

    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 34, steps=4)
    page.mouse.move(box["x"] + 20, box["y"] + 8 - 52, steps=4)
    page.mouse.up()
    window = page.get_by_role("dialog")
    expect(window.get_by_label("Начало")).to_have_value(re.compile(r"^\d\d:\d\d$"))
    # Nothing has moved yet; Escape leaves it where it was.
    page.keyboard.press("Escape")
    assert system.manager.get(f"/v1/bookings/{booking['id']}")["version"] == booking["version"]

    # By its lower edge it is made longer; what that costs is shown, and then it is done.
    edge = (box["x"] + 20, box["y"] + box["height"] - 4)
    page.mouse.move(*edge)
    page.mouse.down()
    page.mouse.move(edge[0], edge[1] + 58, steps=6)
    page.mouse.up()
    expect(window.get_by_label("На сколько")).to_have_value("120")
    expect(window.get_by_text(re.compile("к оплате", re.IGNORECASE)).last).to_be_visible()
    window.locator("[data-asked] button.main").click()
    expect(page.get_by_role("status").filter(has_text="Перенесено")).to_be_visible()
    longer = system.manager.get(f"/v1/bookings/{booking['id']}")
    assert (longer["start"], longer["end"] > booking["end"]) == (booking["start"], True)

    block.click()
    expect(window.get_by_role("button", name="Принять деньги")).to_be_visible()
    page.close()


LONG_AGO = "UPDATE gateway.sessions SET used_at = used_at - interval '1 minute' WHERE ended_at IS NULL"


def test_a_duplicated_tab_goes_on_with_the_same_sign_in(browser: BrowserContext, system: System) -> None:
    first = desk(browser, system, system.day(0))
    with first.expect_popup() as opened:
        first.evaluate("open(location.href)")
    second, exchanges = opened.value, list[int]()
    for page in (first, second):
        expect(page.get_by_role("navigation").first).to_be_visible()
        page.on("response", lambda answer: exchanges.append(answer.status) if "tokens/refresh" in answer.url else None)

    for page in (first, second, first):
        _its_token_ends(page)
        system.sql(LONG_AGO)

    # The second tab has taken what the first had got.
    assert exchanges == [200, 200]
    # Tabs that are closed leave what nobody can open any more; those that sign out leave nothing.
    before = first.evaluate("localStorage.length")
    first.get_by_role("button", name="Выйти").click()
    expect(second.get_by_label("Пароль")).to_be_visible()
    assert first.evaluate("localStorage.length") == before - 1
    first.close()
    second.close()


def _its_token_ends(page: Page) -> None:
    """The page looks with it, and then once more with another."""
    refused = list[str]()

    def refuse(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=401, json={"code": "unauthorized"})

    with page.expect_response(lambda answer: answer.url in refused and answer.status == 200):
        page.route("**/v1/schedule/stamp*", refuse, times=1)


@each(("path", "way_in"), [("/desk", None), ("/docs", "header button:has-text('Sign in')")])
def test_who_is_asked_for_a_code_types_it_and_is_not_told_of_a_failure(
    path: str, way_in: str | None, browser: BrowserContext, system: System
) -> None:
    page, asked = browser.new_page(), {"code": "second_factor_required", "detail": "Enter the code"}
    page.route("**/v1/tokens", lambda route: route.fulfill(status=401, json=asked))
    page.goto(f"{system.api_url}{path}?lang=en")
    if way_in:
        page.locator(way_in).click()
    page.locator("input[type=email]").fill("manager@cyclorama.test")
    page.locator("input[name=password]").fill("right")
    page.keyboard.press("Enter")

    code = page.locator("input[name=second_factor]")
    expect(code).to_be_focused()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.type("000000")
    expect(code).to_have_value("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter the code")
    page.close()


@each(("who", "settings"), [("manager", False), ("admin", True)], ids=str)
def test_no_view_asks_for_more_than_its_role_may(
    who: str, settings: bool, browser: BrowserContext, system: System
) -> None:
    """Somebody looks at everything; nothing that the page asks for is refused."""
    refused: list[str] = []
    page = desk(browser, system, system.day(0), who)
    page.on(
        "response", lambda answer: refused.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    for name in (
        "Неделя", "Лист ожидания", "Сообщения", "Касса", "Компании", "Отчёты", "Настройки", "Когда отправлять",
        "Тексты сообщений", "День",
    ):  # fmt: skip
        with page.expect_response(re.compile("/v1/")):
            page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        # A message that is shown on the page has a heading of its own.
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.locator(".waits")).to_have_count(0)
        # What was waited for may have been the answer to a look at the day: the view is drawn after its own.
        wanted = int(name == "Настройки" and settings)
        expect(page.get_by_role("heading", name="Реквизиты студии")).to_have_count(wanted)
    assert refused == []
    page.close()
