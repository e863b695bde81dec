"""Money of visits: payments, refunds, the drawer, and what is held for somebody."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from payment import composition as payment
from tests.support.staff_day.chapter import ME, WHY, WRITTEN, Chapter

RECEIPT = """
INSERT INTO payment.receipts (id, kind, payment_id, booking_id, customer_id, amount, items, status, version, attempts,
    created_at, settled_at)
VALUES (:id, 'settlement', :payment, :booking, :customer, 100, :items, 'canceled', 1, 1, now(), now())
"""


class Money(Chapter):
    """Money of visits: payments, refunds, the drawer, and what is held for somebody."""

    def money(self, hall: str) -> None:
        booking = self.book(hall, days=20)
        order = {"booking_id": booking, "provider": "yookassa", "return_url": "https://studio.example/paid"}
        paid = self.do("POST /v1/payments", order)["id"]
        self.do("POST /v1/payments/{payment_id}/link-messages", {"channel": "email"}, payment_id=paid)
        for name in self.gateway.payments:
            self.gateway.change(name, status="succeeded")
            payment.app().settlement.apply(paid, self.gateway.fetch(name))
        cash = {"amount": {"amount": 100}, "method": "cash", "note": WRITTEN}
        owing = self.book(hall, days=21)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=owing)
        till = self.do("POST /v1/tills", {"float": {"amount": 100}})["id"]
        self.do("POST /v1/bookings/{booking_id}/desk-payments", cash, booking_id=owing)
        visits = [{"hall_id": hall, **self.span(days)} for days in (40, 41)]
        group = self.do("POST /v1/booking-groups", {"items": visits, "customer_id": ME["client"]})["id"]
        at_once = {"method": "cash", "note": WRITTEN}
        taken = self.do("POST /v1/booking-groups/{group_id}/desk-payments", at_once, group_id=group)["amount"]["amount"]
        move = {"kind": "taken_out", "amount": {"amount": 50}, **WHY}
        self.do("POST /v1/tills/{till_id}/entries", move, till_id=till)
        count = {"counted": {"amount": 150 + taken}, "note": WRITTEN, "leave_open": True}
        self.do("POST /v1/tills/{till_id}/close", count, till_id=till)
        self.do("POST /v1/tills/{till_id}/reopen", WHY, till_id=till)
        refund = {"amount": {"amount": 100}, **WHY}
        made = self.do("POST /v1/payments/{payment_id}/refunds", refund, payment_id=paid)["id"]
        doubt = "UPDATE payment.refunds SET status = 'pending', failure = 'unknown', settled_at = NULL,"
        self.sql("payment", f"{doubt} next_attempt_at = now() WHERE id = :id", id=made)
        path = {"payment_id": paid, "refund_id": made}
        self.do("POST /v1/payments/{payment_id}/refunds/{refund_id}/decision", {"outcome": "failed", **WHY}, **path)
        items = json.dumps([{"name": "a hall", "amount": 100, "quantity": "1"}])
        receipt = {"id": uuid4(), "payment": paid, "booking": booking, "customer": ME["client"], "items": items}
        self.sql("payment", RECEIPT, **receipt)
        self.do("POST /v1/receipts/{receipt_id}/retry", receipt_id=receipt["id"])
        now = datetime.now(UTC)
        days = {"since": (now - timedelta(days=2)).isoformat(), "until": (now - timedelta(days=1)).isoformat()}
        self.do("POST /v1/reconciliations", days)

    def held_money(self, hall: str) -> None:
        """A balance, a certificate and a deposit."""
        some = {"amount": {"amount": 100}}
        cash = some | {"method": "cash", "note": WRITTEN}
        for kind in ("top_up", "payout"):
            path = {"customer_id": ME["client"]}
            self.do("POST /v1/customers/{customer_id}/balance/entries", cash | {"kind": kind}, **path)
        self.do("POST /v1/customers/{customer_id}/balance/entries", cash | {"kind": "top_up"}, **path)
        owing = {"booking_id": self.book(hall, days=22)}
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, **owing)
        self.do("POST /v1/bookings/{booking_id}/balance-payments", some, **owing)
        sold = {"name": "A gift", "valid_until": "2100-01-01", **cash}
        certificate = {"certificate_id": self.do("POST /v1/certificates", sold)["id"]}
        self.do("PATCH /v1/certificates/{certificate_id}", {"blocked": False, **WHY}, **certificate)
        self.do("POST /v1/certificates/{certificate_id}/code", **certificate)
        self.do("POST /v1/bookings/{booking_id}/certificate-payments", certificate, **owing)
        rest = {"certificate_id": self.do("POST /v1/certificates", sold)["id"]}
        self.do("POST /v1/certificates/{certificate_id}/payout", {"method": "cash", **WHY}, **rest)
        taken = {"amount": {"amount": 200}, "method": "cash", "note": WRITTEN}
        deposit = {"deposit_id": self.do("POST /v1/bookings/{booking_id}/deposits", taken, **owing)["id"]}
        self.do("POST /v1/deposits/{deposit_id}/keep", some | WHY, **deposit)
        self.do("POST /v1/deposits/{deposit_id}/return", {"method": "cash", "note": WRITTEN}, **deposit)
