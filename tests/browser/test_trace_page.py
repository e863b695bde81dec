"""The page of traces in a real browser: the number of a booking leads to what it set off, with names."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.system.browser import chromium
from tests.support.system.whole import PASSWORD, System
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


def test_a_number_leads_to_the_events_of_a_booking_and_to_whose_it_is(browser: BrowserContext, system: System) -> None:
    customer = system.customer()
    booking = customer.book(system.slot())
    eventually(lambda: system.manager.get(f"/v1/events?booking_id={booking['id']}")["data"])
    page = browser.new_page()
    page.goto(f"{system.api_url}/trace?lang=ru")
    page.locator("#email").fill("manager@cyclorama.test")
    page.locator("#password").fill(PASSWORD)
    page.locator("#sign-in button").click()

    # As somebody reads it out.
    page.locator("#id").fill(booking["number"].lower())
    page.locator("#search button").click()

    summary = page.locator("#trace .sum")
    expect(summary).to_contain_text(f"{booking['number']} · {booking['hall_name']}")
    expect(summary).to_contain_text(f"Test Customer · {customer.phone}")
    expect(page.locator("#trace ol")).to_contain_text("booking.created")
    page.close()
