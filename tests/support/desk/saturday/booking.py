"""A visit is written down: for a caller from the keyboard, for whoever stands at the door by a click on the day."""

from typing import Any

from playwright.sync_api import Locator, expect

from infra.local.client import Answer
from tests.support.desk.saturday.hands import Hands

HOUR = 58
"""Pixels of an hour on the day's grid."""


class Writing:
    """`known` are those who were written down before: the page offers them by their number."""

    def __init__(self, hands: Hands, at_the_door: str) -> None:
        self.hands, self.at_the_door = hands, at_the_door
        self.known: set[str] = set()

    def book(self, body: dict[str, Any]) -> Answer:
        self.hands.to("День")
        start, end = body["start"][11:16], body["end"][11:16]
        if body["override_reason"] == self.at_the_door:
            column = self.hands.page.locator(f"[data-hall='{body['hall_id']}']")
            column.click(position={"x": 80, "y": int(start[:2]) * HOUR + 10})
        else:
            self.hands.page.keyboard.press("n")
        window = self.hands.window
        self._who(window, body["guest"])
        hall = window.get_by_label("Зал")
        hall.select_option(body["hall_id"])
        window.get_by_label("Начало").fill(start)
        window.get_by_label("На сколько").select_option(str((int(end[:2]) - int(start[:2])) * 60))
        window.get_by_label("Человек").fill(str(body["people"]))
        for each in body["add_ons"]:
            window.get_by_text("Дополнительно").click()
            window.locator(f"[name='{each['id']}']").fill(str(each["quantity"]))
        reason = window.get_by_label("Почему вопреки правилам")
        reason.fill(body["override_reason"])
        made = self.hands.sent("/v1/bookings", lambda: reason.press("Enter"))
        self._written(made, hall_name(self.hands, body["hall_id"]), f"{start}–{end}")
        return made

    def _who(self, window: Locator, guest: dict[str, Any]) -> None:
        window.get_by_label("Телефон").fill(guest["phone"])
        if guest["phone"] in self.known:
            window.get_by_role("group", name="Клиент").get_by_role("button", name=guest["full_name"]).first.click()
        else:
            window.get_by_label("Имя").fill(guest["full_name"])
        self.known.add(guest["phone"])

    def _written(self, made: Answer, hall: str, time: str) -> None:
        if made.status == 201:
            expect(self.hands.window.get_by_role("heading", name=made.document["number"])).to_be_visible()
            self.hands.shows(made.document["id"])
            made_id, places = made.document["id"], self.hands.places
            places |= {made_id: f"{hall}, {time}", f"number {made_id}": made.document["number"]}
            places[made.document["customer_id"]] = made_id


def hall_name(hands: Hands, hall: str) -> str:
    """As it stands above its column."""
    place = hands.page.locator("[data-hall]").evaluate_all("all => all.map((each) => each.dataset.hall)").index(hall)
    return hands.page.locator(".grid .hall-name:not(.corner)").nth(place).inner_text()
