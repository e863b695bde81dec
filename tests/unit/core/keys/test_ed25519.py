"""Our signatures are those of everybody else."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from core.keys.ed25519 import ALGORITHM, ed25519_key, thumbprint

SECRET = "k" * 64
CLAIMS = {"sub": "anna"}
# A PyJWT of its own has the algorithms that PyJWT comes with.
OTHER = jwt.PyJWT()


def pair() -> Any:
    """PyJWT's types know only keys of `cryptography`."""
    return ed25519_key(SECRET)


def token(key: Any) -> str:
    return jwt.encode(CLAIMS, key, algorithm=ALGORITHM, headers={"kid": key.id})


def test_others_verify_our_tokens_by_the_public_key() -> None:
    key = pair()
    public = jwt.PyJWK({**key.public, "kid": key.id, "alg": ALGORITHM})
    assert OTHER.decode(token(key), public.key, algorithms=[ALGORITHM]) == CLAIMS


def test_we_verify_what_others_signed_and_only_that() -> None:
    own, foreign = pair(), Ed25519PrivateKey.generate()
    theirs = OTHER.encode(CLAIMS, Ed25519PrivateKey.from_private_bytes(bytes(own._key)), algorithm=ALGORITHM)
    assert jwt.decode(theirs, own, algorithms=[ALGORITHM]) == CLAIMS
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(OTHER.encode(CLAIMS, foreign, algorithm=ALGORITHM), own, algorithms=[ALGORITHM])


@given(st.binary(max_size=100))
def test_no_other_bytes_are_a_signature(signature: bytes) -> None:
    assert not ed25519_key(SECRET).verifies(b"message", signature)


def test_the_id_is_the_thumbprint_of_the_public_key() -> None:
    """By the example of RFC 8037, appendix A.3."""
    public = {"crv": "Ed25519", "kty": "OKP", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert ed25519_key(SECRET).id == thumbprint(ed25519_key(SECRET).public)


def test_a_public_key_does_not_give_the_secret_away() -> None:
    assert set(ed25519_key(SECRET).public) == {"crv", "kty", "x"}
    assert ed25519_key(SECRET).id != ed25519_key(SECRET + "k").id


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(jwt.InvalidKeyError):
        jwt.encode(CLAIMS, SECRET, algorithm=ALGORITHM)
