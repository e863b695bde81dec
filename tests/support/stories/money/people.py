"""A client and the staff, as the stories need them: patient with a service that dies under their hands."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from infra.local.client import Answer, Client
from infra.sandbox.providers.sberpay.settings import PATHS as SBER_PATHS
from payment.gateways.port import Gateway, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.words import RefundOrder
from tests.support.payment.gateways import sberpay, tkassa, yookassa
from tests.support.stories.money.faults import PAYMENT_FAULTS, Sandbox, draw
from tests.support.stories.money.journal import Journal
from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import Customer, System

TRIES = 12
TRY_AGAIN_SECONDS = 0.4
PATIENCE_SECONDS = 10
LOOK_SECONDS = 0.25
# Answers that say nothing of whether it was done: the same request under the same key tells.
UNCERTAIN = {502, 503, 504}
PASSING = {"request_in_flight", "concurrent_update", "busy"}
PAGES = "/pay/"
RETURN_URL = "https://studio.example/thanks"


@dataclass
class Stage:
    """What all stories of a run share."""

    system: System
    engine: Engine
    studio: MoneyStudio
    manager: Client
    gateway: str
    journal: Journal

    def __post_init__(self) -> None:
        self.sandbox = Sandbox(self.system)


class People:
    """The people of one story; whatever is left to chance comes from its own `random`."""

    def __init__(self, stage: Stage, customer: Customer, random: Random, dealt: str = "") -> None:
        self.stage = stage
        self._dealt = dealt
        self.customer = customer
        self.random = random

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # Requests

    def insist(self, api: Client, path: str, body: dict[str, Any]) -> Answer:
        """The answer to a POST under one key, repeated until there is one; sometimes it is sent again for nothing, or
        twice at the same moment."""
        key = str(UUID(int=self.random.getrandbits(128), version=4))
        if self.chance(0.1):
            with ThreadPoolExecutor(1) as twin:
                other = twin.submit(self._certain, api, path, body, key)
                answer = self._certain(api, path, body, key)
                self._same(path, answer, other.result())
        else:
            answer = self._certain(api, path, body, key)
        if self.chance(0.15):
            self._same(path, answer, self._certain(api, path, body, key))
        return answer

    def _certain(self, api: Client, path: str, body: dict[str, Any], key: str) -> Answer:
        for _ in range(TRIES):
            answer = api.request("POST", path, body, Idempotency_Key=key)
            code = answer.document.get("code", "") if isinstance(answer.document, dict) else ""
            if answer.status not in UNCERTAIN and code not in PASSING:
                break
            self.stage.journal.note("repeated", f"{answer.status} {code}")
            time.sleep(TRY_AGAIN_SECONDS)
        if answer.status >= 500 and answer.status not in UNCERTAIN:
            self.stage.journal.surprise(f"POST {path}: {answer.status} {answer.document}")
        return answer

    def _same(self, path: str, one: Answer, other: Answer) -> None:
        """A repeat under the same key is about the same thing."""
        if one.status == other.status == 201 and one.document["id"] != other.document["id"]:
            self.stage.journal.surprise(f"POST {path}: one key made {one.document['id']} and {other.document['id']}")

    # What the client does

    def book(self, ahead: int = 10) -> dict[str, Any]:
        return self.book_slot(self.customer, self.stage.studio.slot(ahead))

    def book_slot(self, customer: Customer, slot: dict[str, Any]) -> dict[str, Any]:
        answer = self.insist(customer.api, "/v1/bookings", slot)
        assert answer.status == 201, answer.document
        return dict(answer.document)

    def start(self, booking: dict[str, Any], gateway: str = "", **wishes: Any) -> dict[str, Any] | None:
        """A payment with a link to its page; None where the service refuses one, which it says why."""
        request = {"booking_id": booking["id"], "provider": gateway or self.stage.gateway, "return_url": RETURN_URL}
        answer = self.insist(self.customer.api, "/v1/payments", request | wishes)
        code = answer.document.get("code", "") if answer.status != 201 else ""
        if code == "payment_refused" and "link_lost" in str(answer.document):
            # The gateway told the link once, and that got lost: it asks for another payment.
            answer = self.insist(self.customer.api, "/v1/payments", request | wishes)
            code = answer.document.get("code", "") if answer.status != 201 else ""
        self.stage.journal.note("payments asked for", code or "made")
        if answer.status != 201 or "confirmation_url" not in answer.document:
            return None
        self._afflict(answer.document)
        return dict(answer.document)

    def _afflict(self, payment: dict[str, Any]) -> None:
        faults = draw(self.random, PAYMENT_FAULTS, self._dealt)
        self._dealt = ""
        self.stage.sandbox.set(faults, gateway_id(payment))
        for name in faults:
            self.stage.journal.note("faults of a payment", name)

    def act(self, payment: dict[str, Any] | None, action: str, **fields: str) -> str:
        """Do something at the payment's page, if there is one to go to; returns where that leads."""
        if payment is None:
            return ""
        answer = self.customer.api.form(payment["confirmation_url"], action=action, **fields)
        self.stage.journal.note("at the page", f"{action} {answer.status}")
        return str(answer.headers.get("Location", ""))

    def pay(self, payment: dict[str, Any] | None) -> None:
        """Through 3-D Secure, if the bank asks for it."""
        if self.act(payment, "pay").startswith(PAGES):
            self.act(payment, "confirm", code="1234")

    def cancel(self, booking: dict[str, Any]) -> None:
        answer = self.insist(self.customer.api, f"/v1/bookings/{booking['id']}/cancel", {"reason": "rain"})
        done = "done" if answer.status == 200 else answer.document.get("code", str(answer.status))
        self.stage.journal.note("cancellations", done)

    def move(self, booking: dict[str, Any], slot: dict[str, Any]) -> None:
        wanted = {name: slot[name] for name in ("hall_id", "start", "end")}
        answer = self.insist(self.customer.api, f"/v1/bookings/{booking['id']}/reschedule", wanted)
        self.stage.journal.note("moves", "done" if answer.status == 200 else answer.document.get("code", ""))

    def come(self, booking: dict[str, Any], people: int) -> None:
        """As many as that, after all."""
        for _ in range(TRIES):
            answer = self.customer.api.request("PATCH", f"/v1/bookings/{booking['id']}", {"people": people})
            code = answer.document.get("code", "") if isinstance(answer.document, dict) else ""
            if answer.status not in UNCERTAIN and code not in PASSING:
                break
            time.sleep(TRY_AGAIN_SECONDS)
        self.stage.journal.note("head counts", "done" if answer.status == 200 else code)

    # What the staff do

    def vouch(self, booking: dict[str, Any]) -> None:
        """Confirm it by their word: the client pays later."""
        self._at_the_desk(booking, "confirm")

    def end_visit(self, booking: dict[str, Any], how: str) -> None:
        """The visit takes place at once, or nobody comes: `complete` or `no-show`."""
        statement = "UPDATE booking.bookings SET during = tstzrange(now() - interval '2 hours', now()) WHERE id = :id"
        with self.stage.engine.begin() as connection:
            connection.execute(text(statement), {"id": booking["id"]})
        self._at_the_desk(booking, how)

    def undo(self, booking: dict[str, Any]) -> None:
        """The last slip: the wrong line was called off, or marked."""
        self._at_the_desk(booking, "undo")

    def _at_the_desk(self, booking: dict[str, Any], what: str) -> None:
        answer = self.insist(self.stage.manager, f"/v1/bookings/{booking['id']}/{what}", {"reason": "at the desk"})
        done = "done" if answer.status == 200 else answer.document.get("code", str(answer.status))
        self.stage.journal.note("at the desk", f"{what}: {done}")

    def return_in_the_cabinet(self, payment: dict[str, Any], amount: int) -> None:
        """Past this system, by the gateway's own hand; T-Kassa is asked for all of it, as it does not tell of parts."""
        order = RefundOrder(UUID(int=self.random.getrandbits(128), version=4), gateway_id(payment), amount, amount)
        try:
            cabinet(self.stage, payment["provider"]).refund(order)
            self.stage.journal.note("in the cabinet", "done")
        except (GatewayRefusedError, GatewayUnreachableError) as error:
            self.stage.journal.note("in the cabinet", type(error).__name__)

    def refund(self, payment: dict[str, Any], amount: int) -> None:
        body = {"amount": {"amount": amount, "currency": "RUB"}, "reason": "a gift"}
        answer = self.insist(self.stage.manager, f"/v1/payments/{payment['id']}/refunds", body)
        done = answer.document["status"] if answer.status == 201 else answer.document.get("code", str(answer.status))
        self.stage.journal.note("staff's refunds", done)

    # What time does

    def let_hold_run_out(self, booking: dict[str, Any]) -> bool:
        """Whether the booking is over by it: it may have been paid meanwhile."""
        statement = "UPDATE booking.bookings SET hold_expires_at = now() WHERE id = :id AND status = 'pending'"
        with self.stage.engine.begin() as connection:
            connection.execute(text(statement), {"id": booking["id"]})
        return self.until(lambda: self.status(booking) != "pending", "end of the hold")

    # What has become of it; looked up past the service, which has enough to do

    def status(self, booking: dict[str, Any]) -> str:
        return self._status("SELECT status FROM booking.bookings WHERE id = :id", booking)

    def payment_status(self, payment: dict[str, Any]) -> str:
        return self._status("SELECT status FROM payment.payments WHERE id = :id", payment)

    def _status(self, query: str, document: dict[str, Any]) -> str:
        with self.stage.engine.connect() as connection:
            return str(connection.execute(text(query), {"id": document["id"]}).scalar_one())

    def confirmed(self, booking: dict[str, Any]) -> bool:
        return self.until(lambda: self.status(booking) == "confirmed", "confirmation")

    def settled(self, payment: dict[str, Any] | None) -> bool:
        if payment is None:
            return False
        return self.until(lambda: self.payment_status(payment) not in ("creating", "pending"), "settlement")

    def until(self, look: Callable[[], bool], what: str) -> bool:
        """Whether it comes to that in reasonable time; a story goes on without, the end tells who was right."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not look():
            if time.monotonic() > deadline:
                self.stage.journal.note("not waited for", what)
                return False
            time.sleep(LOOK_SECONDS)
        return True


def cabinet(stage: Stage, provider: str) -> Gateway:
    """The gateway as its owner's hand reaches it."""
    url = stage.system.endpoints.sandbox_url
    gateways: dict[str, Callable[[], Gateway]] = {
        "yookassa": lambda: yookassa(f"{url}/yookassa/v3"),
        "sberpay": lambda: sberpay(f"{url}/sber/{SBER_PATHS['new']}"),
        "tkassa": lambda: tkassa(f"{url}/tkassa"),
    }
    return gateways[provider]()


def gateway_id(payment: dict[str, Any]) -> str:
    """The gateway's own id, which ends the address of its page."""
    return str(payment["confirmation_url"]).rpartition("/")[2]
