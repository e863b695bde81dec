"""Contracts of public keys."""

from typing import Literal

from shared_schemas.common import Contract


class PublicKey(Contract):
    """An Ed25519 key as a JSON Web Key (RFC 8037); `kid` is its thumbprint (RFC 7638)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    alg: Literal["EdDSA"]
    use: Literal["sig"]


class PublicKeys(Contract):
    """A JSON Web Key Set, the newest key first."""

    keys: list[PublicKey]
