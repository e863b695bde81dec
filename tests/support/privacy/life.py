"""What a customer does at a studio, and what staff write about it, with a marked word in every free text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from tests.support.privacy.person import Marks, register
from tests.support.stories.money.studio import MoneyStudio
from tests.support.system.whole import Customer, System
from tests.support.waiting import eventually

GATEWAYS = ("yookassa", "sberpay", "tkassa")
GATEWAY_ID = "SELECT gateway_payment_id FROM payment.attempts WHERE payment_id = :id"
Document = dict[str, Any]


@dataclass
class Life:
    """One person's, lived in the order of its methods."""

    system: System
    studio: MoneyStudio
    marks: Marks = field(default_factory=Marks)
    customer: Customer = field(init=False)
    id: str = field(init=False)
    paid: dict[str, tuple[Document, Document]] = field(default_factory=dict)
    """By gateway: the booking and its payment."""

    def __post_init__(self) -> None:
        self.customer = register(self.system, self.marks)
        self.id = self.customer.api.get("/v1/me")["id"]
        self._hours = self._free()

    def lived(self) -> "Life":
        """All of it."""
        self.customer.api.post("/v1/calendars", {})
        self.customer.api.post("/v1/codes", {"email": self.customer.email})
        for gateway in GATEWAYS:
            self.paid[gateway] = self._pay(gateway)
        self._visit_changes()
        self._calls_off()
        self._waits()
        self._is_written_about()
        return self

    def _free(self) -> Iterator[Document]:
        while True:
            yield self.studio.slot()

    def _pay(self, gateway: str) -> tuple[Document, Document]:
        booking = self.customer.book(next(self._hours) | {"comment": self.marks(f"comment {gateway}")})
        url = f"https://studio.example/thanks?for={self.marks(f'return {gateway}')}"
        body = {"booking_id": booking["id"], "provider": gateway, "return_url": url}
        payment = self.customer.api.post("/v1/payments", body, Idempotency_Key=str(uuid4()))
        self.customer.api.form(payment["confirmation_url"], action="pay")
        eventually(lambda: self.customer.booking_if(booking, "confirmed"))
        return booking, payment

    def _visit_changes(self) -> None:
        """Staff move and amend the visit, and give some money back."""
        booking, payment = self.paid["yookassa"]
        path, hour = f"/v1/bookings/{booking['id']}", next(self._hours)
        moved = {name: hour[name] for name in ("hall_id", "start", "end")}
        words = {"override_reason": self.marks("move")}
        self.staff("POST", f"{path}/reschedule", moved | words)
        self.staff("PATCH", path, {"comment": self.marks("amended comment"), "reason": self.marks("amend")})
        refund = {"amount": {"amount": 100, "currency": "RUB"}, "reason": self.marks("refund")}
        self.staff("POST", f"/v1/payments/{payment['id']}/refunds", refund)

    def _calls_off(self) -> None:
        by_client, by_staff = self.paid["sberpay"][0], self.paid["tkassa"][0]
        self.customer.api.post(f"/v1/bookings/{by_client['id']}/cancel", {"reason": self.marks("cancel")})
        words = {"reason": self.marks("cancel by staff"), "refund_percent": 100}
        self.staff("POST", f"/v1/bookings/{by_staff['id']}/cancel", words)
        group = self.customer.api.post(
            "/v1/booking-groups", {"items": [next(self._hours), next(self._hours)], "comment": self.marks("group")}
        )
        self.customer.api.post(f"/v1/booking-groups/{group['id']}/cancel", {"reason": self.marks("group cancel")})

    def _waits(self) -> None:
        taken = next(self._hours)
        self.system.customer().book(taken)
        self.customer.api.post("/v1/waitlist", taken | {"comment": self.marks("waitlist")})

    def _is_written_about(self) -> None:
        for_them = {"customer_id": self.id, "comment": self.marks("comment by staff")}
        words = {"override_reason": self.marks("sale override")}
        self.staff("POST", "/v1/bookings", next(self._hours) | for_them | words)
        self.staff("POST", f"/v1/customers/{self.id}/notes", {"text": self.marks("note")})
        self.staff("PUT", f"/v1/customers/{self.id}/block", {"reason": self.marks("block")})

    def staff(self, method: str, path: str, body: Any) -> Document:
        answer = self.system.manager.request(method, path, body, Idempotency_Key=str(uuid4()))
        assert answer.status < 300, answer.document
        return dict(answer.document)

    def gateway_tells(self, event: str) -> None:
        """A notification of YooKassa about the person's payment, with the payer's own data in it."""
        booking, payment = self.paid["yookassa"]
        with self.system.database() as engine, engine.connect() as connection:
            told = {
                "id": connection.exec_driver_sql(GATEWAY_ID.replace(":id", "%s"), (payment["id"],)).scalar_one(),
                "status": "succeeded",
                "description": self.marks("notification"),
                "payment_method": {"title": f"Bank card of {self.marks('name')}"},
                "receipt": {"customer": {"email": self.customer.email, "phone": self.customer.phone}},
            }
        body = {"type": "notification", "event": event, "object": told}
        answer = Client(self.system.payment_url).request("POST", "/webhooks/yookassa", body)
        assert answer.status == 200, (booking["number"], answer.document)
