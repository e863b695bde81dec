"""When messages go and in which words, set at the desk: what comes of it is seen before anybody gets it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from infra.local.client import Client
from tests.support.desk.signed_in import desk
from tests.support.pages.visits import booked_by
from tests.support.system.browser import chromium
from tests.support.system.whole import PASSWORD, System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
TEXT = "v1/message-templates/booking_expired/ru"


@pytest.fixture
def admin(system: System) -> Iterator[Client]:
    """Leaves the words as they came."""
    client = Client(system.api_url).sign_in("admin@cyclorama.test", PASSWORD)
    yield client
    client.put(f"/{TEXT}", {"version": client.get(f"/{TEXT}")["version"], "restore": 0})


def test_a_rule_is_changed_beside_what_it_would_do(browser: BrowserContext, system: System) -> None:
    visit, _ = booked_by(system)
    system.manager.post(f"/v1/bookings/{visit['id']}/confirm", {"reason": "Paid in cash"})
    # The page asks once what would become of a number, and an event may be longer on its way than a sign-in.
    told = f"/v1/notifications?booking_id={visit['id']}&limit=100"
    eventually(lambda: "booking_confirmed" in {each["template"] for each in system.manager.get(told)["data"]})
    page = desk(browser, system, "rules")
    rule = page.locator("details[data-rule='booking_reminder.day.sms']")
    rule.locator("summary").first.click()
    rule.get_by_label("Номер брони").fill(visit["number"])
    expect(rule.get_by_text(re.compile(f"{visit['number']}.*сообщение уйдёт"))).to_be_visible()
    expect(rule.locator(".bubble")).to_contain_text(visit["number"])

    # What the API refuses stands beside the field that it is about.
    rule.get_by_label("Сколько времени").fill("400")
    rule.get_by_role("button", name="Сохранить").click()
    expect(rule.get_by_label("Сколько времени")).to_have_attribute("aria-invalid", "true")
    rule.get_by_label("Сколько времени").fill("2")
    rule.get_by_label("Правило включено").uncheck()
    rule.get_by_role("button", name="Сохранить").click()
    expect(rule.locator("summary").first).to_contain_text(re.compile("за 48 ч до начала.*выключено"))
    expect(rule.get_by_text("ничего не уйдёт.")).to_be_visible()

    rule.get_by_role("button", name="Вернуть как было").click()
    expect(rule.locator("summary").first).to_contain_text("за 24 ч до начала")
    expect(rule.get_by_role("button", name="Вернуть как было")).to_have_count(0)
    page.close()


def test_a_rule_of_the_studio_s_own_is_made_for_one_hall_and_deleted(browser: BrowserContext, system: System) -> None:
    page = desk(browser, system, "rules")
    new = page.locator("details[data-rule='new']")
    new.locator("summary").click()
    new.get_by_label("Какое сообщение").select_option("booking_reminder")
    new.get_by_label("Сколько времени").fill("3")
    new.get_by_label("Минут, часов, дней").select_option("days")
    halls = Client(system.api_url).get("/v1/halls")["data"]
    for hall in halls[1:]:
        new.get_by_label(f"Зал: {hall['name']}").uncheck()
    new.get_by_role("button", name="Добавить правило").click()

    own = page.locator("details[data-rule]:has(.flag:text('своё'))")
    expect(own).to_contain_text("за 72 ч до начала")
    (made,) = [each for each in system.manager.get("/v1/message-rules")["data"] if not each.get("name")]
    assert (made["minutes"], made["condition"]["hall_ids"]) == (-3 * 24 * 60, [halls[0]["id"]])

    own.locator("summary").first.click()
    own.get_by_role("button", name="Удалить правило").click()
    expect(own).to_have_count(0)
    # What people must always get is told, and cannot be opened.
    expect(page.get_by_role("heading", name="Отправляются всегда")).to_be_visible()
    expect(page.locator("details[data-rule^=sign_in_code]")).to_have_count(0)
    page.close()


def test_words_are_read_before_they_are_put_in_force(browser: BrowserContext, system: System, admin: Client) -> None:
    page = desk(browser, system, "texts", "admin")
    page.get_by_label("Сообщение").select_option("booking_expired")
    expect(page.locator(".mail")).to_contain_text("Здравствуйте, Анна!")
    # The letter's own style is at work, and nothing of it was refused by the page's policy.
    assert page.locator(".mail [data-style], .mail [href], .mail script").count() == 0
    assert page.evaluate("document.querySelector('.mail').shadowRoot.adoptedStyleSheets[0].cssRules.length") > 0

    text = page.get_by_label("Письмо простым текстом")
    text.fill("{{ booking.numbr }}")
    expect(page.get_by_text("в этом сообщении нет «booking.numbr»")).to_be_visible()
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Ввести новый текст")).to_be_disabled()
    text.fill("")
    page.get_by_text("Что можно вставить").click()
    page.get_by_role("button", name="Вставить booking.number", exact=True).click()
    expect(text).to_have_value("{{ booking.number }}")
    page.get_by_role("button", name="Ввести новый текст").click()
    expect(page.get_by_text("Новый текст действует")).to_be_visible()
    assert admin.get(f"/{TEXT}")["parts"]["text"] == "{{ booking.number }}"

    page.get_by_role("button", name="Отправить себе").click()
    expect(page.get_by_text(re.compile("Отправлено на admin@"))).to_be_visible()
    page.get_by_text("Прежние тексты").click()
    page.get_by_role("button", name="Вернуть").last.click()
    expect(text).not_to_have_value("{{ booking.number }}")
    page.close()


def test_who_may_not_change_words_reads_them(browser: BrowserContext, system: System) -> None:
    page = desk(browser, system, "texts")

    expect(page.get_by_text("Менять тексты может администратор.")).to_be_visible()
    expect(page.locator(".mail")).to_be_visible()
    expect(page.get_by_role("button", name="Ввести новый текст")).to_have_count(0)
    page.close()
