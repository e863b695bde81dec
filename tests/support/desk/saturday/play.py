"""The Saturday of docs/saturday.md, run from the desk's page: the same script, whose changes are made there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from infra.local.client import Answer
from infra.local.demo.saturday.desk import Desk, Shown
from infra.local.demo.saturday.play import Saturday
from tests.support.desk.saturday.booking import Writing
from tests.support.desk.saturday.deeds import CALL, OF_A_VISIT
from tests.support.desk.saturday.hands import GONE, Deed, Hands
from tests.support.desk.saturday.office import OF_THE_OFFICE

DEEDS: dict[str, Deed] = {**OF_A_VISIT, **OF_THE_OFFICE}
# The studio is furnished before that Saturday, and put away after it; the gateways' books are compared by the script.
NOT_OF_THE_DAY = {
    "POST /v1/halls", "POST /v1/tariffs", "POST /v1/add-ons", "PATCH /v1/halls/{id}", "DELETE /v1/tariffs/{id}",
    "PATCH /v1/add-ons/{id}", "POST /v1/reconciliations",
}  # fmt: skip
TRIES = 20


@dataclass
class PageDesk(Desk):
    """Reads by the API, and changes things by hand on the page that `furnished` opens once there are halls."""

    furnished: Callable[[], Page] = field(kw_only=True)
    done: set[str] = field(default_factory=set)
    _writing: Writing | None = None
    _promised: dict[str, Shown] = field(default_factory=dict)

    def try_to(self, route: str, body: Any = None, query: str = "", **ids: str) -> Answer:
        # A till that a day which broke off has left open is closed from behind.
        if route.startswith("GET ") or route in NOT_OF_THE_DAY or "leave_open" in (body or {}):
            return super().try_to(route, body, query, **ids)
        if route.startswith(f"POST {CALL}/") and (word := self._promised.pop(ids["id"], None)):
            self.ask(f"POST {CALL}/confirm", word, id=ids["id"])
        self.calls[route] += 1
        self.done.add(route)
        writing = self._at_the_page()
        if route == "POST /v1/bookings":
            return writing.book(body)
        while (answer := DEEDS[route](writing.hands, body, ids)) is GONE:
            if self._ended(route, ids["id"]):
                break
        return answer

    def _ended(self, route: str, booking: str) -> bool:
        """Whether the clock took the button away; else the page is slow. To undo what the clock did is left."""
        return route != f"POST {CALL}/undo" and self.state({"id": booking}) == "completed"

    def confirm(self, booking: Shown, reason: str) -> None:
        """Once they have come: the clock closes what is confirmed and over, and it is over."""
        self._promised[booking["id"]] = {"reason": reason}

    def _at_the_page(self) -> Writing:
        if self._writing is None:
            self._writing = Writing(Hands(self.furnished()), self.stage.text("walked_in"))
        return self._writing

    def reopened(self, booking: Shown, reason: str) -> None:
        """The page sees a moment later what the clock has done."""
        for _ in range(TRIES):
            if self.state(booking) != "completed":
                return
            self.try_to("POST /v1/bookings/{id}/undo", {"reason": reason}, id=booking["id"])

    def insist(self, route: str, body: Shown, booking: Shown, reason: str) -> Shown:
        """The clock may be quicker again, after what it had closed was opened."""
        for _ in range(TRIES):
            self.reopened(booking, reason)
            answer = self.try_to(route, body, id=booking["id"])
            if answer.status == 200:
                return dict(answer.document)
        raise AssertionError(f"{route}: {answer.status} {answer.document}")


@dataclass
class SaturdayAtThePage(Saturday):
    open_page: Callable[[str], Page] = field(kw_only=True)

    def desk(self, *told: Any) -> Desk:
        return PageDesk(self, *told, furnished=lambda: self.open_page(f"{told[1]:%Y-%m-%d}"))
