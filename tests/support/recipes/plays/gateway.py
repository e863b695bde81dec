"""Plays a payment through the toy gateway, with the code of the tree that this is run in; prints what was seen.

The environment has the service's settings; `SANDBOX_STATE` is where the sandbox keeps its own."""
# ruff: noqa: T201 - its test reads it

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from core.settings import load_settings
from infra.local.plan.defaults import template_parameters
from infra.local.template import load_template
from integration.charts.texts import Words
from payment import composition, webhooks
from payment.composition import App
from payment.gateways.registry import settings_models
from shared_schemas.common import Money, SignedMoney
from shared_schemas.events.payments import PaymentNotificationReceived
from shared_schemas.integration.reports import RevenueRow
from shared_schemas.providers import LABELS
from tests.support.payment.at_sandbox import act
from tests.support.payment.cashier import Cashier
from tests.support.samples import sample
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.sandbox import HTTP, running_sandbox

CONTEXT: Any = SimpleNamespace(function_name="PaymentWebhooks", aws_request_id="r1")
HANG_SECONDS = 30


def main() -> None:
    """Created, paid, told, believed; and what the toy is called."""
    with scripted_server() as shop:
        shop.answers = [(200, b"thanks")] * 10
        with running_sandbox(Path(os.environ["SANDBOX_STATE"]), f"{shop.url}/webhooks") as url:
            os.environ["TOYPAY_BASE_URL"] = f"{url}/toypay"
            seen = played(shop, url)
    print(json.dumps(seen | named()))


def played(shop: Script, url: str) -> dict[str, Any]:
    read = composition.app.from_environment()
    cashier = Cashier(read.world.engine)
    outside = replace(read.outside, bookings=lambda _services: cashier.booking)
    app = App(replace(read.world, publisher=cashier.broker), outside)
    cashier.clock.go_to(app.world.clock.now())
    request = cashier.request(cashier.booked(), provider="toypay")
    created = app.payments.create(request, cashier.customer, cashier.key())
    act(created.confirmation_url)
    with composition.app.replaced(app):
        answer = webhooks.handler(_event(_delivered(shop)), CONTEXT)
    for envelope in list(cashier.broker.taken):
        if isinstance(told := envelope.payload(), PaymentNotificationReceived):
            app.notifications.process(envelope.id, told.notification_id, told.provider)
    return {
        "on": list(app.gateways),
        "created": created.status,
        "webhook": [answer["statusCode"], answer["body"]],
        "paid": app.payments.get(created.id, cashier.customer).status,
        "home": "ToyPay" in HTTP.request("GET", f"{url}/?lang=en").data.decode(),
    }


def named() -> dict[str, Any]:
    """On a chart, and in the settings of the system on one machine."""
    nothing = {"gross": Money(amount=0), "refunds": Money(amount=0), "net": SignedMoney(amount=0)}
    row = RevenueRow.model_validate({"provider": "toypay", "payments": 0} | nothing)
    parameters = template_parameters("http://127.0.0.1:5090", 5092, "INFO", {})
    system = load_template(Path("template.yaml"), defaults=parameters)
    own = load_settings(settings_models()["toypay"])  # type: ignore[index]
    return {
        "chart": [Words("en").row(row, "provider"), Words("ru").row(row, "provider")],
        "label": LABELS["toypay"].ru,
        "settings": [own.base_url.endswith("/toypay"), own.networks],
        "variables": system.functions["PaymentApi"].environment["TOYPAY_BASE_URL"],
        "providers": system.functions["PaymentApi"].environment["PAYMENT_PROVIDERS"],
    }


def _delivered(shop: Script) -> str:
    """The webhook that the sandbox has sent."""
    end = time.monotonic() + HANG_SECONDS
    while not shop.asked:
        if time.monotonic() > end:
            raise AssertionError("no webhook came")
        time.sleep(0.02)
    assert shop.asked[0].path == "/webhooks/toypay"
    return json.dumps(shop.asked[0].body)


def _event(body: str) -> dict[str, Any]:
    told = sample("function_url_yookassa_webhook")
    http = told["requestContext"]["http"] | {"path": "/webhooks/toypay", "sourceIp": "127.0.0.1"}
    context = told["requestContext"] | {"http": http}
    changed: dict[str, Any] = told | {"rawPath": "/webhooks/toypay", "requestContext": context, "body": body}
    return changed


if __name__ == "__main__":
    main()
