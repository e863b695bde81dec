"""The service as the environment alone puts it together."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from core.settings import SettingsError
from payment import webhooks, wiring
from payment.domain_receipt_plan import ReceiptPolicy

SAMPLE = json.loads((Path(__file__).parents[3] / "events" / "function_url_yookassa_webhook.json").read_text())
CONTEXT = SimpleNamespace(function_name="PaymentWebhooks", aws_request_id="r1")
CACHED = [value for value in vars(wiring).values() if hasattr(value, "cache_clear")]


@pytest.fixture
def environment(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("SERVICE", "payment")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("YOOKASSA_CREDENTIALS", '{"shop_id": "100500", "secret_key": "test_cyclorama"}')
    monkeypatch.setenv("YOOKASSA_NETWORKS", "77.75.156.11/32")
    forget()
    yield monkeypatch
    if wiring.engine.cache_info().currsize:
        wiring.engine().dispose()
    forget()


def forget() -> None:
    for cached in CACHED:
        cached.cache_clear()


def send(path: str = "/webhooks/yookassa", body: str = SAMPLE["body"], source: str = "77.75.156.11") -> Any:
    http = SAMPLE["requestContext"]["http"] | {"path": path, "sourceIp": source}
    context = SAMPLE["requestContext"] | {"http": http}
    answer = webhooks.handler(SAMPLE | {"rawPath": path, "requestContext": context, "body": body}, CONTEXT)
    return answer["statusCode"], json.loads(answer["body"])["code"]


def test_the_door_answers_as_documented(environment: pytest.MonkeyPatch) -> None:
    assert send() == (404, "unknown_payment")
    assert send("/webhooks/paypal") == (404, "unknown_provider")
    assert send("/webhooks/tkassa", source="127.0.0.1") == (404, "unknown_provider")
    assert send("/webhooks/tkassa") == (403, "foreign_network")
    assert send(body="{") == (400, "malformed_notification")
    assert send(body=" " * 65_537) == (413, "notification_too_large")
    assert send(source="10.0.0.1") == (403, "foreign_network")


def test_a_database_that_is_away_asks_for_another_delivery(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://cyclorama_payment@127.0.0.1:1/cyclorama")
    assert send() == (503, "unavailable")


def test_a_wrong_setting_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("YOOKASSA_NETWORKS", "everywhere")
    environment.delenv("DATABASE_URL")
    with pytest.raises(SettingsError, match=r"(?s)(?=.*DATABASE_URL)(?=.*YOOKASSA_NETWORKS)"):
        wiring.settings()


MAKERS = [
    wiring.payments, wiring.notifications, wiring.polling, wiring.publisher,
    wiring.refunds, wiring.refunding, wiring.booking_events,
]  # fmt: skip


@pytest.mark.parametrize("make", MAKERS)
def test_everything_is_put_together_without_connecting(environment: pytest.MonkeyPatch, make: Any) -> None:
    environment.setenv("DATABASE_URL", "postgresql://cyclorama_payment@127.0.0.1:1/cyclorama")
    assert make() is make()


def test_receipts_are_what_the_settings_say(environment: pytest.MonkeyPatch) -> None:
    chosen = {"VAT": "22", "TAX_SYSTEM": "osn", "SUBJECT": "commodity", "PREPAYMENT_MODE": "advance", "EMAIL": "a@b.ru"}
    for name, value in chosen.items():
        environment.setenv(f"RECEIPT_{name}", value)
    assert wiring.receipts().policy == ReceiptPolicy("22", "osn", "commodity", "advance", "a@b.ru")
