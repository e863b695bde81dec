"""Who sends (RFC 8292): a push service takes only what the key signed that the browser subscribed to."""

import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from infra.sandbox.browsers.push.browser import CURVE, decoded

HEADER = re.compile(r"vapid\s+(?P<fields>\S.*)", re.IGNORECASE | re.DOTALL)
LONGEST = 24 * 60 * 60
CONTACT = re.compile(r"mailto:[^@\s]+@[^@\s]+|https://\S+")


class SenderError(ValueError):
    """What is wrong with it; `status` is what push services answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def check(header: str | None, key: str, origin: str, now: float) -> None:
    """`SenderError` unless it is signed for this origin by the owner of `key`, and holds for a day at most."""
    token, told = _fields(header)
    if decoded(told) != decoded(key):
        raise SenderError(403, "the browser subscribed to another key")
    claims = _claims(token, told)
    if claims.get("aud") != origin:
        raise SenderError(403, f"aud is not {origin}")
    end = claims.get("exp")
    if not isinstance(end, int) or not now < end <= now + LONGEST:
        raise SenderError(403, "exp is not within the next 24 hours")
    if not CONTACT.fullmatch(str(claims.get("sub"))):
        raise SenderError(403, "sub is no mailto: or https: address")


def _fields(header: str | None) -> tuple[str, str]:
    found = HEADER.fullmatch(header or "")
    if found is None:
        raise SenderError(401, "Authorization is not of the scheme vapid")
    fields = dict(each.strip().partition("=")[::2] for each in found["fields"].split(","))
    if not fields.get("t") or not fields.get("k"):
        raise SenderError(401, "Authorization has no t and k")
    return fields["t"], fields["k"]


def _claims(token: str, key: str) -> dict[str, Any]:
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
        # The clock may be moved, and is asked apart.
        unasked = {"verify_exp": False, "verify_aud": False, "verify_nbf": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(token, public, algorithms=["ES256"], options=unasked)  # type: ignore[arg-type]
    except (jwt.InvalidTokenError, ValueError):
        raise SenderError(403, "the token is not signed by its key") from None
    return claims
