"""The gateway's authoriser, asked as API Gateway asks it."""

from core.identity import Identity
from gateway.sessions.verdict import Authorizer
from tests.support.samples import sample


def judged(authorizer: Authorizer, token: str) -> Identity | None:
    """Whom it lets in with a token or a key; None is refused."""
    event = sample("apigateway_authorizer") | {"authorizationToken": f"Bearer {token}"}
    try:
        return Identity.from_authorizer(authorizer.judge(event)["context"])
    except Exception as refused:
        assert str(refused) == "Unauthorized"
        return None
