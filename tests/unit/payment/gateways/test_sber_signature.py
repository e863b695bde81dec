"""The checksum of Sber's callbacks: the bank's own example, and what must hold for any parameters."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import assume, given
from hypothesis import strategies as st

from payment.gateways.rsa_signature import PublicKey
from payment.gateways.sberpay.signature import checksum, has_checksum, has_signature, signed_text

KEY = "ooc7slpvc61k7sf7ma7p4hrefr"
EXAMPLE = {
    "status": "1",
    "operation": "approved",
    "orderNumber": "2003",
    "mdOrder": "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b",
    "sign_alias": "any",
}
EXPECTED = "EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PARAMETERS = st.dictionaries(TEXTS, TEXTS, max_size=8)
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private: rsa.RSAPrivateKey = PRIVATE) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


PUBLIC = PublicKey.from_pem(pem())


def signature(parameters: dict[str, str]) -> str:
    return PRIVATE.sign(signed_text(parameters), padding.PKCS1v15(), hashes.SHA512()).hex()


def test_the_banks_example() -> None:
    assert checksum(EXAMPLE, KEY) == EXPECTED
    assert has_checksum(EXAMPLE | {"checksum": EXPECTED}, KEY)
    assert has_checksum(EXAMPLE | {"checksum": EXPECTED.lower()}, KEY)


@given(PARAMETERS, TEXTS)
def test_the_order_of_parameters_does_not_matter(parameters: dict[str, str], key: str) -> None:
    turned = dict(reversed(parameters.items()))
    assert checksum(turned, key) == checksum(parameters, key)


@given(PARAMETERS, TEXTS, TEXTS, TEXTS)
def test_every_parameter_is_signed(parameters: dict[str, str], name: str, value: str, key: str) -> None:
    assume(name not in parameters and name not in ("checksum", "sign_alias"))
    assert checksum(parameters | {name: value}, key) != checksum(parameters, key)


@given(PARAMETERS, TEXTS)
def test_names_are_sorted_by_their_bytes(parameters: dict[str, str], key: str) -> None:
    signed = {name: value for name, value in parameters.items() if name not in ("checksum", "sign_alias")}
    joined = b"".join(f"{name};{signed[name]};".encode() for name in sorted(signed, key=str.encode))
    assert signed_text(parameters) == joined


@pytest.mark.parametrize("claimed", ["", "0" * 64, "Ж" * 64, EXPECTED[:-1]])
def test_another_checksum_is_refused(claimed: str) -> None:
    assert not has_checksum(EXAMPLE | {"checksum": claimed}, KEY)
    assert not has_checksum(EXAMPLE, KEY)


def test_a_signature_is_checked_with_the_public_key() -> None:
    signed = EXAMPLE | {"checksum": signature(EXAMPLE)}
    assert has_signature(signed, PUBLIC)
    assert has_signature(EXAMPLE | {"checksum": signature(EXAMPLE).upper()}, PUBLIC)
    assert not has_signature(signed | {"status": "0"}, PUBLIC)


@pytest.mark.parametrize("claimed", ["", "zz", "00", "00" * 256, "ff" * 256, "ff" * 5000])
def test_another_signature_is_refused(claimed: str) -> None:
    assert not has_signature(EXAMPLE | {"checksum": claimed}, PUBLIC)


def test_a_signature_of_another_key_or_digest_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = signed_text(EXAMPLE)
    for forged in (
        other.sign(text, padding.PKCS1v15(), hashes.SHA512()),
        PRIVATE.sign(text, padding.PKCS1v15(), hashes.SHA256()),
        PRIVATE.sign(text, padding.PSS(padding.MGF1(hashes.SHA512()), 32), hashes.SHA512()),
    ):
        assert not PUBLIC.verifies(text, forged)


def test_a_signature_with_a_zero_in_front_is_another() -> None:
    text = signed_text(EXAMPLE)
    assert not PUBLIC.verifies(text, b"\x00" + bytes.fromhex(signature(EXAMPLE)))


@given(st.binary(max_size=64))
def test_any_message_can_be_signed(message: bytes) -> None:
    assert PUBLIC.verifies(message, PRIVATE.sign(message, padding.PKCS1v15(), hashes.SHA512()))


def _short() -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505 - that is what is refused


def _cut() -> str:
    lines = pem().splitlines()
    return "\n".join([lines[0], lines[1], lines[-1]])


def _followed() -> str:
    """The same key, with something behind it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = PRIVATE.public_key().public_bytes(serialization.Encoding.DER, form) + b"\x05\x00"
    return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize("text", [_followed(), "", "key", pem().replace("PUBLIC", "PRIVATE"), _short(), _cut()])
def test_what_is_not_a_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|PEM"):
        PublicKey.from_pem(text)


def test_another_kind_of_key_is_refused() -> None:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    key = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(serialization.Encoding.PEM, form)
    with pytest.raises(ValueError, match="not an RSA key"):
        PublicKey.from_pem(key.decode())
