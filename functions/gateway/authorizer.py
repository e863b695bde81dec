"""The authoriser in front of every route that is not public: a bearer token in, an identity and a policy out.

It imports neither the web framework nor the database driver, because its cold start is everybody's.
"""

from functools import cache
from typing import Any

from core.observability import count, logger
from core.settings import load_settings
from core.tokens import verify
from gateway.keys import TokenKeys
from gateway.settings import AuthorizerSettings
from shared_schemas.errors import UnauthenticatedError

SCHEME = "bearer "


@cache
def keys() -> TokenKeys:
    return TokenKeys(load_settings(AuthorizerSettings).token_keys)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway's TOKEN authoriser: raising exactly `Unauthorized` makes it answer 401."""
    value = str(event.get("authorizationToken", ""))
    if not value.lower().startswith(SCHEME):
        raise _refusal("no bearer token")
    try:
        identity = verify(value[len(SCHEME) :].strip(), keys())
    except UnauthenticatedError:
        raise _refusal("the token does not hold") from None
    return {
        "principalId": identity.subject,
        "policyDocument": _allow(str(event["methodArn"])),
        "context": {"subject": identity.subject, "role": identity.role.value},
    }


def _allow(method_arn: str) -> dict[str, Any]:
    # The whole stage, not the one route: the policy is cached for the token and reused on other routes.
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _refusal(reason: str) -> Exception:
    logger.warning("A caller was refused", reason=reason)
    count("Unauthorized")
    return Exception("Unauthorized")
