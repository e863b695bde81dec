"""Checksums of Sber's callbacks: the official vector, and what does and does not go into them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.database import Database
from infra.sandbox.providers.sberpay.signature import CallbackKey, hmac_checksum, signed_text

KEY = "ooc7slpvc61k7sf7ma7p4hrefr"
FIELDS = {
    "orderNumber": "2003",
    "mdOrder": "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b",
    "status": "1",
    "operation": "approved",
}
TEXT = "mdOrder;06cf5599-3f17-7c86-bdbc-bd7d00a8b38b;operation;approved;orderNumber;2003;status;1;"
ANY_FIELDS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=6)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


def test_the_official_vector() -> None:
    assert signed_text(FIELDS) == TEXT
    assert hmac_checksum(FIELDS, KEY) == "EAF2FB72CAB99FD5067F4BA493DD84F4D79C1589FDE8ED29622F0F07215AA972"


@given(ANY_FIELDS)
def test_the_checksum_itself_and_its_alias_stay_out_and_order_does_not_matter(fields: dict[str, str]) -> None:
    turned = dict(reversed(list(fields.items()))) | {"checksum": "x", "sign_alias": "y"}
    rest = {name: value for name, value in fields.items() if name not in ("checksum", "sign_alias")}
    assert hmac_checksum(turned, KEY) == hmac_checksum(rest, KEY)


def test_names_are_sorted_by_their_bytes() -> None:
    assert signed_text({"б": "4", "a": "3", "B": "2", "1": "1"}) == "1;1;B;2;a;3;б;4;"


def test_an_rsa_checksum_is_verified_by_the_public_key(database: Database) -> None:
    key = CallbackKey(database)
    public = load_pem_public_key(key.public_pem().encode())
    assert isinstance(public, rsa.RSAPublicKey)
    signature = bytes.fromhex(key.checksum(FIELDS))
    public.verify(signature, TEXT.encode(), padding.PKCS1v15(), hashes.SHA512())
    with pytest.raises(InvalidSignature):
        public.verify(signature, TEXT.replace("approved", "deposited").encode(), padding.PKCS1v15(), hashes.SHA512())


def test_the_rsa_key_survives_a_restart(database: Database) -> None:
    assert CallbackKey(database).public_pem() == CallbackKey(database).public_pem()
