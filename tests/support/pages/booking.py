"""What a guest does on the booking page, by hand."""

import re
from typing import Any

from playwright.sync_api import FrameLocator, Page

from infra.local.client import Client
from tests.support.system.whole import System

PHONE = "8 (916) 123-45-67"


def choose_time(page: Page | FrameLocator, system: System) -> None:
    """The start of a free hour that no other test takes."""
    slot = system.slot()
    halls = Client(system.api_url).get("/v1/halls")["data"]
    hall = next(each["name"] for each in halls if each["id"] == slot["hall_id"])
    day, clock = slot["start"][:10], slot["start"][11:16]
    for _ in range(month_of(day, system)):
        page.get_by_label("Следующий месяц").click()
    page.get_by_role("button", name=re.compile(rf"^[^,]+, {int(day[8:])} [^,]+, от ")).click()
    page.get_by_role("button", name=re.compile(rf"^{re.escape(hall)}, {clock}")).click()


def month_of(day: str, system: System) -> int:
    year, month = map(int, system.day(0)[:7].split("-"))
    return (int(day[:4]) - year) * 12 + int(day[5:7]) - month


def open_time(page: Page, system: System) -> dict[str, Any]:
    """The form for a free hour, by a link that names it."""
    slot = system.slot()
    start = slot["start"].replace("+", "%2B")
    page.goto(f"{system.api_url}/book?hall={slot['hall_id']}&start={start}&length=60")
    return slot


def tell_who(page: Page | FrameLocator, name: str, phone: str = PHONE) -> None:
    page.get_by_label("Имя").fill(name)
    page.get_by_label("Телефон").fill(phone)
    page.get_by_label(re.compile("персональных данных")).check()
