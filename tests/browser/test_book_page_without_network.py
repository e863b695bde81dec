"""The booking page on a slow network and without one: nothing happens twice, nothing is lost, and the guest is told."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.pages.booking import open_time, tell_who
from tests.support.pages.network import LostAnswers, Network
from tests.support.pages.visits import booked_by
from tests.support.system.browser import chromium, somebody
from tests.support.system.whole import System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")
BOOK, CARD = "Забронировать", "Банковская карта"
TOO_LATE = "Время на оплату вышло"


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def bookings_of(system: System, name: str) -> list[dict[str, Any]]:
    """All that somebody of this name has booked."""
    people = system.manager.get(f"/v1/customers?q={name.split()[1]}")["data"]
    return [each for one in people for each in system.manager.get(f"/v1/bookings?customer_id={one['id']}")["data"]]


def payments_of(system: System, booking: dict[str, Any]) -> list[dict[str, Any]]:
    return list(system.manager.get(f"/v1/payments?booking_id={booking['id']}")["data"])


def test_a_network_that_is_slow_and_then_away_books_and_pays_once(page: Page, system: System) -> None:
    network, name = Network(page), somebody("Глеб")
    network.slow()
    open_time(page, system)
    tell_who(page, name)
    expect(page.locator(".lines .sum")).to_be_visible()
    network.away()
    page.get_by_role("button", name=BOOK).click()
    expect(page.get_by_text("Нет связи")).to_be_visible()
    network.slow()
    expect(page.locator(".clock")).to_be_visible()
    (booking,) = bookings_of(system, name)

    # Away again, and then the first answer about the payment is lost.
    answers = LostAnswers()
    page.route("**/v1/payments", answers)
    network.away()
    page.get_by_role("button", name=CARD).click()
    expect(page.get_by_text("Нет связи")).to_be_visible()
    network.slow()
    expect(page.locator("button[value=pay]")).to_be_visible()
    assert len(answers.keys) > 1
    assert len(set(answers.keys)) == 1

    # Back from the bank without having paid, and there once more: it is the same payment.
    page.go_back()
    page.get_by_role("button", name=CARD).click()
    page.locator("button[value=pay]").click()
    expect(page.get_by_text("Ждём вас!")).to_be_visible()
    assert [each["status"] for each in payments_of(system, booking)] == ["succeeded"]


def test_a_page_that_is_lost_with_the_answer_finds_its_booking(page: Page, system: System) -> None:
    name, answers = somebody("Ада"), LostAnswers(hang=True)
    page.route("**/v1/bookings", answers)
    open_time(page, system)
    tell_who(page, name)
    page.get_by_role("button", name=BOOK).click()
    # The driver carries the request while it is asked for something.
    eventually(lambda: page.evaluate("true") and answers.arrived)
    (booking,) = bookings_of(system, name)

    page.reload()

    expect(page.locator(".clock")).to_be_visible()
    expect(page.get_by_role("heading", name=booking["number"])).to_be_visible()
    assert (len(set(answers.keys)), len(answers.keys)) == (1, 2)
    assert len(bookings_of(system, name)) == 1
    assert page.evaluate("Object.values(sessionStorage).join()").count("Ада") == 0


def test_who_pays_too_late_is_told_before_the_money_leaves(page: Page, system: System) -> None:
    """By the API and the page before anybody goes to the bank; there by the bank's own page."""
    visit, guest = booked_by(system)
    # A phone whose clock is ten minutes fast counts by the server's.
    page.add_init_script("const real = Date.now; Date.now = () => real() + 600_000;")
    page.goto(visit["manage_url"])
    expect(page.locator(".clock")).to_have_text(re.compile(r"^1[45]:"))
    order = guest.payment_request(visit) | {"provider": "tkassa"}
    link = guest.api.post("/v1/payments", order, Idempotency_Key=visit["id"])["confirmation_url"]
    bank = page.context.new_page()
    bank.goto(link)
    expect(bank.get_by_text(re.compile("оплатить до .* МСК"))).to_be_visible()

    system.let_hold_run_out(visit)
    page.get_by_role("button", name=CARD).click()

    expect(page.get_by_text(TOO_LATE)).to_be_visible()
    assert "/manage" in page.url
    expect(bank.locator("button[value=pay]")).to_have_count(0)
    expect(page.get_by_text("Денег мы не получали.", exact=True)).to_be_visible()
    bank.close()
    assert {each["status"] for each in payments_of(system, visit)} == {"failed"}


def test_money_that_came_too_late_is_accounted_for(page: Page, system: System) -> None:
    """YooKassa's page cannot be taken back: it says until when to pay, and the page of the visit what came of it."""
    visit, _ = booked_by(system)
    page.goto(visit["manage_url"])
    page.get_by_role("button", name=CARD).click()
    expect(page.get_by_text(re.compile("оплатить до .* МСК"))).to_be_visible()
    system.expire(visit)
    eventually(lambda: system.manager.get(f"/v1/bookings/{visit['id']}")["status"] == "expired")
    booked_by(system, {name: visit[name] for name in ("hall_id", "start", "end", "people")})

    page.locator("button[value=pay]").click()

    expect(page.get_by_text(TOO_LATE)).to_be_visible()
    expect(page.get_by_text(re.compile("Мы вернули"))).to_be_visible()


def test_the_page_opens_and_says_so_where_there_is_no_network(page: Page, system: System) -> None:
    page.goto(f"{system.api_url}/book")
    expect(page.locator(".times button").first).to_be_visible()
    network = Network(page)
    network.away()
    page.get_by_label("Следующий месяц").click()
    expect(page.get_by_text("Нет связи")).to_be_visible()
    network.slow()
    expect(page.get_by_text("Нет связи")).to_have_count(0)
    expect(page.locator(".month button:enabled").nth(20)).to_be_visible()
