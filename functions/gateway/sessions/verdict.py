"""The authoriser's verdict on a request: a bearer token or an API key in, an identity and a policy out.

API Gateway asks in two ways: with the token alone (TOKEN), and with all of a request that need have none (REQUEST)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from core.identity import Identity
from core.keys.signing import Keys
from core.observability import count, logger
from core.tokens import verify
from gateway.api_keys.secret import is_key
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError

SCHEME = "bearer "
NOBODY = "nobody"


@dataclass(frozen=True)
class Authorizer:
    """Judges what a request brings.

    `role_of` tells the role of a session's user, or None where either is over; `holder_of` who an API key is, or
    None where it opens nothing; `is_client` whether somebody with a token for one booking still is a client;
    `factor_lacks` whether a user has yet to set up a second factor."""

    keys: Keys
    role_of: Callable[[UUID], Role | None]
    holder_of: Callable[[str], Identity | None]
    is_client: Callable[[UUID], bool] = lambda _client: False
    factor_lacks: Callable[[UUID, Role], bool] = lambda _session, _role: False

    def judge(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The policy and the identity; raising exactly `Unauthorized` makes API Gateway answer 401."""
        value = _token_of(event)
        if event.get("type") == "REQUEST" and not value:
            return {"principalId": NOBODY, "policyDocument": _allow(str(event["methodArn"])), "context": {}}
        if not value.lower().startswith(SCHEME):
            raise _refusal("no bearer token")
        try:
            identity = self._identity(value[len(SCHEME) :].strip())
        except UnauthenticatedError:
            raise _refusal("the token is not valid") from None
        return {
            "principalId": identity.subject,
            "policyDocument": _allow(str(event["methodArn"])),
            "context": identity.for_authorizer(),
        }

    def _identity(self, token: str) -> Identity:
        if not is_key(token):
            return self._standing(verify(token, self.keys))
        if (holder := self.holder_of(token)) is None:
            raise UnauthenticatedError
        return holder

    def _standing(self, identity: Identity) -> Identity:
        """With the role that a user has now. Services have no session, nor has whoever holds the token of one
        booking."""
        if identity.role is Role.SERVICE:
            return identity
        if identity.booking:
            return self._holder(identity)
        role = self.role_of(identity.session) if identity.session else None
        if role is None or identity.session is None:
            raise UnauthenticatedError
        return replace(identity, role=role, unproven=self.factor_lacks(identity.session, role))

    def _holder(self, identity: Identity) -> Identity:
        if not self.is_client(UUID(identity.subject)):
            raise UnauthenticatedError
        return replace(identity, role=Role.CLIENT)


def _token_of(event: Mapping[str, Any]) -> str:
    if event.get("type") != "REQUEST":
        return str(event.get("authorizationToken", ""))
    headers = event.get("headers") or {}
    return next((str(value) for name, value in headers.items() if name.lower() == "authorization"), "")


def _allow(method_arn: str) -> dict[str, Any]:
    # The whole stage, not the one route: the policy is cached for the token and reused on other routes.
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _refusal(reason: str) -> Exception:
    logger.warning("A caller was refused", reason=reason)
    count("Unauthorized")
    return Exception("Unauthorized")
