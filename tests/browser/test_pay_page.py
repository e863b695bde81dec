"""The sandbox's page to pay at, which shows what happens to the payment elsewhere."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Request

from tests.support.system.browser import another_visitor, chromium
from tests.support.system.whole import System

pytestmark = pytest.mark.skipif(not chromium(), reason="no Chromium is installed here")


def payment_page(system: System) -> str:
    """The address at which a new client may pay for a booking."""
    api = system.customer().api
    booking = api.post("/v1/bookings", system.slot(), Idempotency_Key=str(uuid4()))
    wanted = {"booking_id": booking["id"], "provider": "yookassa", "return_url": "https://studio.example/thanks"}
    return str(api.post("/v1/payments", wanted, Idempotency_Key=str(uuid4()))["confirmation_url"])


def test_whoever_has_paid_goes_back_though_the_page_hears_of_it_first(browser: BrowserContext, system: System) -> None:
    """The answer to the press is on its way, and the page asks how the payment stands."""
    looks: list[Request] = []
    # A context of its own, as its clock is not that of other pages.
    with another_visitor(browser) as visitor:
        page = visitor.new_page()
        page.on("request", lambda asked: looks.append(asked) if asked.resource_type == "fetch" else None)
        # It stands still unless told to run: on a busy machine more looks were due before the press.
        page.clock.install(time=(now := datetime.now(UTC)))
        page.clock.pause_at(now + timedelta(hours=1))
        page.goto(payment_page(system))
        with page.expect_request(re.compile("/pay/")):
            page.clock.run_for(2500)
        before = len(looks)

        page.evaluate("document.addEventListener('submit', (pressed) => pressed.preventDefault())")
        page.locator("button[value=pay]").click()
        page.clock.run_for(60_000)

        assert before == len(looks) == 1
