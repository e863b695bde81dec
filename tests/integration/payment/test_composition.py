"""The service as the environment alone puts it together."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from core.settings import SettingsError
from payment import composition, webhooks
from payment.receipts.plan import ReceiptPolicy
from tests.support.samples import sample
from tests.support.system.environment import NOBODY, Context, set_environment

SAMPLE = sample("function_url_yookassa_webhook")


@pytest.fixture
def environment(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    set_environment(engine, NOBODY, monkeypatch)
    monkeypatch.setenv("YOOKASSA_CREDENTIALS", '{"shop_id": "100500", "secret_key": "test_cyclorama"}')
    monkeypatch.setenv("YOOKASSA_NETWORKS", "77.75.156.11/32")
    return monkeypatch


@pytest.fixture
def deployed(environment: pytest.MonkeyPatch) -> Iterator[None]:
    with composition.app.replaced(composition.app.from_environment()) as app:
        yield
    app.world.engine.dispose()


def send(path: str = "/webhooks/yookassa", body: str = SAMPLE["body"], source: str = "77.75.156.11") -> Any:
    http = SAMPLE["requestContext"]["http"] | {"path": path, "sourceIp": source}
    context = SAMPLE["requestContext"] | {"http": http}
    answer = webhooks.handler(SAMPLE | {"rawPath": path, "requestContext": context, "body": body}, Context())
    return answer["statusCode"], json.loads(answer["body"])["code"]


@pytest.mark.usefixtures("deployed")
def test_the_door_answers_as_documented() -> None:
    assert send() == (404, "unknown_payment")
    assert send("/webhooks/paypal") == (404, "unknown_provider")
    assert send("/webhooks/tkassa", source="127.0.0.1") == (404, "unknown_provider")
    assert send("/webhooks/tkassa") == (403, "foreign_network")
    assert send(body="{") == (400, "malformed_notification")
    assert send(body=" " * 65_537) == (413, "notification_too_large")
    assert send(source="10.0.0.1") == (403, "foreign_network")


def test_a_database_that_is_away_asks_for_another_delivery(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://cyclorama_payment@127.0.0.1:1/cyclorama")
    with composition.app.replaced(composition.app.from_environment()):
        assert send() == (503, "unavailable")


def test_a_wrong_setting_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("YOOKASSA_NETWORKS", "everywhere")
    environment.delenv("DATABASE_URL")
    with pytest.raises(SettingsError, match=r"(?s)(?=.*DATABASE_URL)(?=.*YOOKASSA_NETWORKS)"):
        composition.app.from_environment()


def test_receipts_are_what_the_settings_say(environment: pytest.MonkeyPatch) -> None:
    chosen = {"VAT": "22", "TAX_SYSTEM": "osn", "SUBJECT": "commodity", "PREPAYMENT_MODE": "advance", "EMAIL": "a@b.ru"}
    for name, value in chosen.items():
        environment.setenv(f"RECEIPT_{name}", value)
    policy = composition.app.from_environment().receipts.policy
    assert policy == ReceiptPolicy("22", "osn", "commodity", "advance", "a@b.ru")
