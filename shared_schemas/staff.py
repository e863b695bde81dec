"""Contracts of invitations to work at the studio."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.accounts import Email, FullName, Password
from shared_schemas.common import Contract, Instant, LocaleCode, Role
from shared_schemas.phones import Phone

StaffRole = Literal[Role.MANAGER, Role.ADMIN]


class StaffInvitationRequest(Contract):
    """Who is invited, as what, and in which language; `full_name` may be left to them."""

    email: Email
    role: StaffRole
    full_name: FullName | None = None
    locale: LocaleCode = "ru"


class StaffInvitation(Contract):
    """An invitation that waits; its link works once, until `expires_at`."""

    id: UUID
    email: str = Field(examples=["boris@example.com"])
    role: Role
    full_name: str | None = Field(default=None, examples=["Boris Petrov"])
    invited_by: UUID
    created_at: Instant
    expires_at: Instant


class StaffInvitationAnswer(Contract):
    """What somebody who accepts says; without `full_name` the one of the invitation is taken."""

    password: Password
    phone: Phone
    full_name: FullName | None = None
    locale: LocaleCode | None = None


class PendingInvitation(Contract):
    """An invitation on its way, for the service that sends it and for nobody else. `link` is not to be stored or
    logged."""

    email: str
    locale: LocaleCode
    link: str
