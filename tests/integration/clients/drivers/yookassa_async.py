"""`aioyookassa`: the asynchronous client, which reads each answer into models of its own."""

import asyncio
import json

from aioyookassa import YooKassa
from aioyookassa.core.abc.client import BaseAPIClient
from aioyookassa.core.webhook_handler import WebhookHandler
from aioyookassa.core.webhook_validator import WebhookIPValidator
from aioyookassa.types.params import (
    CapturePaymentParams,
    CreatePaymentParams,
    CreateReceiptParams,
    CreateRefundParams,
    GetPaymentsParams,
)
from shop import BASE, RETURN_URL, notices, pay, report

BaseAPIClient.BASE_URL = f"{BASE}/yookassa/v3"


def amount(value):
    return {"value": value, "currency": "RUB"}


def receipt(value, mode):
    item = {
        "description": "Аренда зала", "quantity": "1", "amount": amount(value), "vat_code": 1,
        "payment_subject": "service", "payment_mode": mode, "measure": "piece",
    }  # fmt: skip
    return {"customer": {"email": "anna@example.com"}, "items": [item]}


async def drive():
    shop = YooKassa(api_key="test_cyclorama", shop_id="100500")

    async def create(**changes):
        order = {"amount": amount("1000.00"), "confirmation": {"type": "redirect", "return_url": RETURN_URL},
                 "capture": True, "description": "Бронь"}  # fmt: skip
        payment = await shop.payments.create_payment(CreatePaymentParams.model_validate(order | changes))
        await asyncio.to_thread(pay, payment.id)
        return payment

    paid, held, freed = await create(), await create(capture=False), await create(capture=False)
    found = await shop.payments.get_payment(paid.id)
    listed = await shop.payments.get_payments(GetPaymentsParams(limit=10))
    captured = await shop.payments.capture_payment(
        held.id, CapturePaymentParams.model_validate({"amount": amount("1000.00")})
    )
    cancelled = await shop.payments.cancel_payment(freed.id)
    refund = await shop.refunds.create_refund(
        CreateRefundParams.model_validate({"payment_id": paid.id, "amount": amount("300.00")})
    )
    closing = {
        "type": "payment", "payment_id": paid.id, "send": True,
        "settlements": [{"type": "prepayment", "amount": amount("1000.00")}],
    } | receipt("1000.00", "full_payment")  # fmt: skip
    closed = await shop.receipts.create_receipt(CreateReceiptParams.model_validate(closing))
    bodies = await asyncio.to_thread(notices, "yookassa", paid.id, 2)
    handler = WebhookHandler()
    told = [handler.parse_notification(json.loads(body)) for body in bodies]
    me = await shop.get_me()
    await shop.close()
    report(
        status=found.status.value,
        listed=paid.id in [payment.id for payment in listed.list],
        captured=captured.status.value,
        cancelled=cancelled.status.value,
        refund=f"{float(refund.amount.value):.2f}",
        closed=closed.type if isinstance(closed.type, str) else closed.type.value,
        events=sorted(str(getattr(notice.event, "value", notice.event)) for notice in told),
        trusted=[WebhookIPValidator().is_allowed(address) for address in ("185.71.76.1", "127.0.0.1")],
        me=str(me.account_id),
    )


asyncio.run(drive())
