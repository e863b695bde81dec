"""What a shop at Sber checks its callbacks by, as its settings say."""

import json
from typing import Literal

import pytest

from payment.gateways.port import WebhookForgedError, WebhookRequest
from payment.gateways.sberpay.client import SberPay, connect
from payment.gateways.sberpay.settings import SberPaySettings
from payment.gateways.studio import Studio

CALLBACK = {"mdOrder": "a2d9e0bc-1ae0-48b9-a66f-563e64abec6c", "operation": "deposited", "status": "1"}


def shop(dialect: Literal["new", "legacy"]) -> SberPay:
    settings = SberPaySettings(
        credentials='{"user_name": "shop", "password": "secret"}',
        dialect=dialect,
        callback_key="made with the stack, whatever the dialect",
    )
    return connect(settings, Studio())


def test_the_new_gateway_signs_nothing_so_nothing_is_missing() -> None:
    notification = shop("new").parse_webhook(WebhookRequest(json.dumps(CALLBACK).encode()))

    assert notification
    assert (notification.event, notification.gateway_payment_id) == ("deposited", CALLBACK["mdOrder"])


def test_the_legacy_gateway_signs_everything() -> None:
    with pytest.raises(WebhookForgedError):
        shop("legacy").parse_webhook(WebhookRequest(json.dumps(CALLBACK).encode()))
