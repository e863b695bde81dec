"""Staff who invoice companies, through the API of the payment service."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

from payment.app import api
from shared_schemas.common import Money
from tests.support.payment.cashier import MANAGER, Cashier
from tests.support.payment.papers import company
from tests.support.rest import Answer, ask


class Office:
    """What staff ask for, and what they are told."""

    def __init__(self, cashier: Cashier) -> None:
        self.cashier = cashier
        made = self.do("POST /v1/companies", company(contact={"name": "Анна"}).model_dump(mode="json"))
        self.company = str(made.body["id"])

    def do(self, route: str, body: Any = None, headers: dict[str, str] | None = None, **path: object) -> Answer:
        """As a manager."""
        return ask(api, MANAGER, route, body, path=path, headers=headers or {})

    def listed(self, route: str, **query: object) -> Any:
        return ask(api, MANAGER, route, query=query).body["data"]

    def owing(self, balance: int = 400_000, **changes: Any) -> UUID:
        """A confirmed booking that so much is left to pay of."""
        values: dict[str, Any] = {
            "status": "confirmed",
            "due": 0,
            "balance": Money(amount=balance),
            "received": Money(amount=0),
        }
        return self.cashier.booked(**(values | changes))

    def asked(self, *bookings: UUID, **changes: Any) -> dict[str, Any]:
        """The body of a request for an invoice."""
        due = (self.cashier.clock.now() + timedelta(days=5)).date().isoformat()
        wanted = {"company_id": self.company, "booking_ids": [str(each) for each in bookings], "due": due}
        return wanted | changes

    def issued(self, *bookings: UUID, **changes: Any) -> Any:
        answer = self.do("POST /v1/invoices", self.asked(*bookings, **changes))
        assert answer.status == 201, answer.body
        return answer.body

    def pay(self, invoice: Any, amount: int | None = None, key: str | None = None) -> Answer:
        body = {"amount": {"amount": amount}, "note": "a word"} if amount else {}
        headers = {"Idempotency-Key": key} if key else None
        return self.do("POST /v1/invoices/{invoice_id}/payments", body, headers, invoice_id=invoice["id"])

    def read(self, invoice: Any) -> Any:
        return self.do("GET /v1/invoices/{invoice_id}", invoice_id=invoice["id"]).body

    def completed(self, *bookings: UUID) -> None:
        """The visits are over."""
        for booking_id in bookings:
            known = self.cashier.booking.known
            known[booking_id] = known[booking_id].model_copy(update={"status": "completed"})

    def bring(
        self,
        text: str,
        route: str = "POST /v1/bank-statements",
        encoding: str = "cp1251",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A statement as the bank gave it."""
        return self.do(route, {"base64": base64.b64encode(text.encode(encoding)).decode()}, headers)

    def accept(self, line: Any, invoice: Any, amount: int | None = None) -> Answer:
        body = {"invoice_id": invoice["id"], **({"amount": {"amount": amount}} if amount else {})}
        return self.do("POST /v1/bank-lines/{bank_line_id}/accept", body, bank_line_id=line["id"])

    def balance(self, booking_id: UUID) -> int:
        """What the ledger has for a booking."""
        with self.cashier.unit_of_work() as work:
            return work.ledger.balance(booking_id)
