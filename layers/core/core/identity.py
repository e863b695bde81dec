"""Who calls: the identity that the authoriser established and API Gateway hands over."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError, UnauthenticatedError

CLIENTS = frozenset({Role.CLIENT, Role.MANAGER, Role.ADMIN})
STAFF = frozenset({Role.MANAGER, Role.ADMIN})
ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True)
class ServiceCaller:
    """One of our own services; no route is open to just any of them."""

    name: str


Caller = Role | ServiceCaller
"""Who may call a route: people by their role, services each by its name."""


def services(*names: str) -> frozenset[ServiceCaller]:
    """These services and no other."""
    return frozenset(ServiceCaller(name) for name in names)


@dataclass(frozen=True)
class Identity:
    """`subject` is a user's id, or the name of a service."""

    subject: str
    role: Role

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> Self | None:
        """The identity in `requestContext.authorizer`, if the route has an authoriser."""
        if not context or "subject" not in context:
            return None
        return cls(subject=str(context["subject"]), role=Role(context["role"]))

    @property
    def user_id(self) -> UUID:
        """The user's id; a service has none and is refused."""
        if self.role is Role.SERVICE:
            raise ForbiddenError
        return UUID(self.subject)

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


def require(identity: Identity | None, allowed: Collection[Caller]) -> Identity:
    """The identity, if its role is among those allowed, or its name where it is a service."""
    if identity is None:
        raise UnauthenticatedError
    names = {caller.name for caller in allowed if isinstance(caller, ServiceCaller)}
    entitled = identity.subject in names if identity.role is Role.SERVICE else identity.role in allowed
    if not entitled:
        raise ForbiddenError
    return identity


def address_digest(context: Mapping[str, Any]) -> str | None:
    """Who calls without a token, to count by: a digest of the address in a request's context, which is stored nowhere
    as such."""
    address = (context.get("identity") or {}).get("sourceIp")
    return sha256(str(address).encode()).hexdigest() if address else None
