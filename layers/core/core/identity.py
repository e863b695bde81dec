"""The caller's identity, established by the authoriser and passed on by API Gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self
from uuid import UUID

from core.clock import SystemClock
from shared_schemas.access import GROUPS, PEOPLE_SCOPE, Access
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError, SecondFactorMissingError, UnauthenticatedError

STAFF = GROUPS["staff"]


@dataclass(frozen=True)
class Identity:
    """Who calls: `subject` is the id of a user or of an API key, or the name of a service.

    `session` is the sign-in that a user's token belongs to. A guest's token belongs to none, and opens one `booking`
    alone."""

    subject: str
    role: Role
    session: UUID | None = None
    expires: int | None = field(default=None, compare=False)
    """When the token that proves it ends (Unix seconds)."""
    scopes: frozenset[str] | None = None
    """What an API key may do, as far as its role may; None for everybody else."""
    booking: UUID | None = None
    unproven: bool = False
    """Whether it is one of the staff who has yet to set up the second factor that the studio wants."""

    @classmethod
    def from_authorizer(cls, context: Mapping[str, Any] | None) -> Self | None:
        """The identity in `requestContext.authorizer`, if the route has an authoriser.

        `UnauthenticatedError` where the token ended since: API Gateway remembers a verdict for longer than that."""
        if not context or "subject" not in context:
            return None
        session, expires, scopes = context.get("session"), context.get("expires"), context.get("scopes")
        booking = context.get("booking")
        if expires and int(expires) <= SystemClock().now().timestamp():
            raise UnauthenticatedError
        return cls(
            subject=str(context["subject"]),
            role=Role(context["role"]),
            session=UUID(session) if session else None,
            expires=int(expires) if expires else None,
            scopes=None if scopes is None else frozenset(str(scopes).split()),
            booking=UUID(booking) if booking else None,
            unproven=bool(context.get("unproven")),
        )

    def for_authorizer(self) -> dict[str, str | int]:
        """What the authoriser hands over, and `from_authorizer` reads."""
        session = {"session": str(self.session)} if self.session else {}
        expires = {"expires": self.expires} if self.expires else {}
        scopes = {} if self.scopes is None else {"scopes": " ".join(sorted(self.scopes))}
        booking = {"booking": str(self.booking)} if self.booking else {}
        unproven = {"unproven": "true"} if self.unproven else {}
        own = {"subject": self.subject, "role": self.role.value}
        return {**own, **session, **expires, **scopes, **booking, **unproven}

    @property
    def user_id(self) -> UUID:
        """The user's id; `ForbiddenError` for a service and for an API key, which are nobody."""
        if self.is_key:
            raise ForbiddenError
        return self.actor_id

    @property
    def actor_id(self) -> UUID:
        """Who did it: the id of a user or of an API key; `ForbiddenError` for a service, which has none."""
        if self.role is Role.SERVICE:
            raise ForbiddenError
        return UUID(self.subject)

    @property
    def is_key(self) -> bool:
        """Whether a program calls with an API key."""
        return self.scopes is not None

    @property
    def sees_people(self) -> bool:
        """Whether the studio lets the caller know how customers are called and reached: keys need a scope for that."""
        return self.scopes is None or PEOPLE_SCOPE in self.scopes

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    def owns(self, customer_id: UUID, booking_id: UUID) -> bool:
        """Whether this booking, or what belongs to it, is the caller's: to a guest it is if the token is of it, whoever
        its customer is by now."""
        return self.booking == booking_id if self.booking else self.subject == str(customer_id)


def require(identity: Identity | None, access: Access) -> Identity:
    """The identity, if it has access by its role or, as a service, by its name. A key also needs the route's scope; one
    that asks for none is closed to keys."""
    if identity is None:
        raise UnauthenticatedError
    is_service = identity.role is Role.SERVICE
    entitled = identity.subject in access.services if is_service else identity.role in access.roles
    if not entitled or (identity.scopes is not None and access.scope not in identity.scopes):
        raise ForbiddenError
    if identity.booking and not access.guests:
        raise ForbiddenError
    if identity.unproven and not access.unproven:
        raise SecondFactorMissingError
    return identity


def address_digest(context: Mapping[str, Any]) -> str | None:
    """A digest of the caller's address, for counting calls without a token; the address itself is not stored."""
    address = (context.get("identity") or {}).get("sourceIp")
    return sha256(str(address).encode()).hexdigest() if address else None
