"""The route of public keys."""

from gateway import composition
from gateway.api import api
from shared_schemas.gateway.public_keys import PublicKeys


@api.endpoint("GET /.well-known/jwks.json")
def public_keys() -> PublicKeys:
    """The keys that verify users' access tokens, as a JSON Web Key Set (RFC 7517).

    Choose by the token's `kid`, and ask again if it is not among them: keys change. Check `iss` and `aud` too. A token
    that verifies may belong to a session that has ended since."""
    return composition.app().key_directory.show()
