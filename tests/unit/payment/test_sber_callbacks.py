"""What a shop at Sber checks its callbacks by, as its settings say."""

import json
from typing import Literal

import pytest

from payment.providers.base import WebhookForgedError, WebhookRequest
from payment.providers.sberpay import SberPay
from payment.settings import PaymentSettings

CALLBACK = {"mdOrder": "a2d9e0bc-1ae0-48b9-a66f-563e64abec6c", "operation": "deposited", "status": "1"}


def shop(dialect: Literal["new", "legacy"]) -> SberPay:
    settings = PaymentSettings(
        service="payment",
        database_url="postgresql://nobody@127.0.0.1/none",
        sberpay_credentials='{"user_name": "shop", "password": "secret"}',
        sberpay_dialect=dialect,
        sberpay_callback_key="made with the stack, whatever the dialect",
    )
    found = SberPay.configured(settings)
    assert found
    return found


def test_the_new_gateway_signs_nothing_so_nothing_is_missing() -> None:
    notification = shop("new").parse_webhook(WebhookRequest(json.dumps(CALLBACK).encode()))

    assert notification
    assert (notification.event, notification.gateway_payment_id) == ("deposited", CALLBACK["mdOrder"])


def test_the_legacy_gateway_signs_everything() -> None:
    with pytest.raises(WebhookForgedError):
        shop("legacy").parse_webhook(WebhookRequest(json.dumps(CALLBACK).encode()))
