"""Callbacks that Sber signs with its private key: whoever has the shared key cannot write one."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from payment.gateways.port import WebhookForgedError, WebhookRequest
from payment.gateways.sberpay.signature import checksum, signed_text
from tests.support.payment.gateways import sberpay

SHARED = "cyclorama-callback"
SBER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SOMEBODY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = (
    SBER.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
CALLBACK = {"mdOrder": "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b", "operation": "deposited", "status": "1"}


def signed(by: rsa.RSAPrivateKey) -> dict[str, str]:
    return CALLBACK | {"checksum": by.sign(signed_text(CALLBACK), padding.PKCS1v15(), hashes.SHA512()).hex()}


def with_shared_key() -> dict[str, str]:
    return CALLBACK | {"checksum": checksum(CALLBACK, SHARED)}


FORGED: dict[str, Callable[[], dict[str, str]]] = {
    "no signature": lambda: CALLBACK,
    "an empty one": lambda: CALLBACK | {"checksum": ""},
    "somebody else's": lambda: signed(SOMEBODY),
    "of another status": lambda: signed(SBER) | {"status": "0"},
    "with something added": lambda: signed(SBER) | {"amount": "1"},
    "with the shared key": with_shared_key,
}


def body(parameters: dict[str, str]) -> WebhookRequest:
    return WebhookRequest(json.dumps(parameters).encode())


@pytest.mark.parametrize("shared", ["", SHARED])
def test_what_sber_signed_is_believed(shared: str) -> None:
    shop = sberpay("https://unused.example", callback_key=shared, callback_public_key=PEM)
    heard = shop.parse_webhook(body(signed(SBER)))
    assert heard
    assert heard.object_id == CALLBACK["mdOrder"]


@pytest.mark.parametrize("shared", ["", SHARED])
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_nothing_else_is(forged: Callable[[], dict[str, str]], shared: str) -> None:
    shop = sberpay("https://unused.example", callback_key=shared, callback_public_key=PEM)
    with pytest.raises(WebhookForgedError):
        shop.parse_webhook(body(forged()))
