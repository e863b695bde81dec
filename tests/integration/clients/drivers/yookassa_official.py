"""YooKassa's own client, `yookassa`."""

import json
from uuid import uuid4

from shop import BASE, RETURN_URL, notices, pay, report
from yookassa import Configuration, Payment, Receipt, Refund
from yookassa.domain.common import SecurityHelper
from yookassa.domain.notification import WebhookNotificationFactory

Configuration.configure("100500", "test_cyclorama", api_url=f"{BASE}/yookassa/v3")


def amount(value):
    return {"value": value, "currency": "RUB"}


def item(value, mode):
    return {
        "description": "Аренда зала «Белый»",
        "quantity": "1",
        "amount": amount(value),
        "vat_code": 1,
        "payment_subject": "service",
        "payment_mode": mode,
        "measure": "piece",
    }


def receipt(value, mode="full_prepayment"):
    return {"customer": {"email": "anna@example.com"}, "items": [item(value, mode)], "tax_system_code": 2}


def create(**changes):
    order = {
        "amount": amount("1000.00"),
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": RETURN_URL},
        "description": "Бронь",
        "receipt": receipt("1000.00"),
    }
    return Payment.create(order | changes, str(uuid4()))


paid = create()
pay(paid.id)
found = Payment.find_one(paid.id)
listed = Payment.list({"limit": 5}).items
closing = {
    "type": "payment",
    "payment_id": paid.id,
    "send": True,
    "settlements": [{"type": "prepayment", "amount": amount("1000.00")}],
} | receipt("1000.00", "full_payment")
closed = Receipt.create(closing, str(uuid4()))
refund = Refund.create(
    {"payment_id": paid.id, "amount": amount("300.00"), "receipt": receipt("300.00", "full_payment")}, str(uuid4())
)
held, freed = create(capture=False), create(capture=False)
for payment in (held, freed):
    pay(payment.id)
captured = Payment.capture(held.id, {"amount": amount("1000.00")}, str(uuid4()))
cancelled = Payment.cancel(freed.id, str(uuid4()))
told = [WebhookNotificationFactory().create(json.loads(body)) for body in notices("yookassa", paid.id, 2)]
report(
    status=found.status,
    method=found.payment_method.type,
    listed=paid.id in [payment.id for payment in listed],
    closed=closed.type,
    receipts=len(Receipt.list({"payment_id": paid.id}).items),
    refund=Refund.find_one(refund.id).amount.value,
    captured=captured.status,
    cancelled=cancelled.status,
    events=sorted(notice.event for notice in told),
    trusted=[SecurityHelper().is_ip_trusted(address) for address in ("185.71.76.1", "127.0.0.1")],
)
