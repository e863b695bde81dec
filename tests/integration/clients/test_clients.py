"""Published clients of gateways, messengers, SMS providers and push services drive the sandbox as they drive the real
ones: what they cannot read is our fault.

Each drives what it knows: create, get, capture, cancel, refund, list, receipts, and its own check of our notices."""

import json
from typing import Any

import pytest

from tests.integration.clients.conftest import CLIENTS, Drive
from tests.support.system.sandbox import ROOT

SHOP: dict[str, Any] = {
    "status": "succeeded", "listed": True, "closed": "payment", "refund": "300.00", "captured": "succeeded",
    "cancelled": "canceled", "events": ["payment.succeeded", "refund.succeeded"],
}  # fmt: skip
# Theirs is the only check that there is: notices of YooKassa are not signed.
BY_ADDRESS = {"trusted": [True, False]}


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        pytest.param("yookassa_official.py", SHOP | BY_ADDRESS | {"method": "bank_card", "receipts": 2}, id="yookassa"),
        pytest.param("yookassa_async.py", SHOP | BY_ADDRESS | {"me": "100500"}, id="aioyookassa"),
        pytest.param("yoo_checkout.js", SHOP | {"receipts": 2}, id="yoo-checkout"),
        pytest.param("yookassa_ts_sdk.js", SHOP | BY_ADDRESS, id="yookassa-ts-sdk"),
    ],
)
def test_yookassas_clients(drive: Drive, driver: str, expected: dict[str, Any]) -> None:
    assert drive(driver) == expected


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        pytest.param(
            "tkassa_securepay.py",
            {
                "status": "PARTIAL_REFUNDED", "listed": True, "closed": True, "refunded": "PARTIAL_REFUNDED",
                "captured": "CONFIRMED", "cancelled": "REVERSED", "verified": True,
                "events": ["AUTHORIZED", "CONFIRMED", "PARTIAL_REFUNDED", "RECEIPT"],
            },
            id="tbank-securepay",
        ),
        pytest.param(
            "tkassa_kassa.py",
            {"success": True, "status": "NEW", "verified": [True, True], "forged": False},
            id="tbank-kassa",
        ),
        pytest.param(
            "tkassa_kassa_api.py",
            {"status": "NEW", "read": ["NotificationPayment", "NotificationPayment"], "forged": "refused"},
            id="tbank-kassa-api",
        ),
        pytest.param(
            "tkassa_payment_sdk.js",
            {
                "status": "CONFIRMED", "refunded": "PARTIAL_REFUNDED", "captured": "CONFIRMED", "cancelled": "REVERSED",
                "read": ["AUTHORIZED", "CONFIRMED", "PARTIAL_REFUNDED"], "forged": "refused",
            },
            id="tinkoff-payment-sdk",
        ),
    ],
)  # fmt: skip
def test_tkassas_clients(drive: Drive, driver: str, expected: dict[str, Any]) -> None:
    assert drive(driver) == expected


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        pytest.param(
            "sber_payments_client.py",
            {"status": 2, "refunded": 30_000, "captured": 2, "reversed": 3, "codes": [0, 0, 0], "wrong": "5"},
            id="sber-payments",
        ),
        pytest.param(
            "sber_acquiring.js",
            {"status": 2, "refunded": 30_000, "unknown": None, "refused": "5"},
            id="sberbank-acquiring",
        ),
        pytest.param(
            "sber_signatures.py",
            {"operation": "deposited", "verified": True, "forged": False},
            id="sberbank-async-cryptography",
        ),
    ],
)
def test_sbers_clients(drive: Drive, driver: str, expected: dict[str, Any]) -> None:
    assert drive(driver) == expected


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        pytest.param(
            "telegram_aiogram.py",
            {
                "hook": True, "started": [True, "/start abc"], "sent": [True, "Бронь подтверждена"],
                "faults": [
                    "TelegramBadRequest", "TelegramBadRequest", "TelegramForbiddenError", "TelegramUnauthorizedError",
                ],
            },
            id="aiogram",
        ),
        pytest.param(
            "max_maxapi.py",
            {
                "bot": True, "hooked": [True, True, True], "started": [True, "abc"], "sent": "Бронь подтверждена",
                "faults": ["404", "403", "InvalidToken"],
            },
            id="maxapi",
        ),
        pytest.param(
            "sms_ru.py",
            {"sent": ["OK", 100, [100, 100]], "known": ["OK", "OK"], "unknown": "ERROR", "wrong": 200},
            id="smsru-api",
        ),
        pytest.param(
            "sms_smsc.py",
            {"parts": 1, "cost": 4.0, "status": [1, "Доставлено", "79261234567"], "sent_at": True, "wrong": 2},
            id="smsc",
        ),
        pytest.param(
            "sms_aero.py",
            {"sent": [0, "queue"], "same": True, "number": "79261234567", "unknown": True, "wrong_key": True},
            id="smsaero-api",
        ),
        pytest.param(
            "web_push.py",
            {"taken": 201, "forged": 403, "read": ["Бронь подтверждена"], "gone": 410},
            id="pywebpush",
        ),
    ],
)  # fmt: skip
def test_clients_of_what_carries_messages(drive: Drive, driver: str, expected: dict[str, Any]) -> None:
    assert drive(driver) == expected


def test_versions_are_exact() -> None:
    python = (ROOT / "requirements/clients.in").read_text(encoding="utf-8").splitlines()
    node = json.loads((ROOT / "requirements/clients.npm.json").read_text(encoding="utf-8"))["dependencies"]
    assert all("==" in line for line in python if line and not line.startswith("#"))
    assert all(version[0].isdigit() for version in node.values())
    assert CLIENTS.name == ".venv-clients"
