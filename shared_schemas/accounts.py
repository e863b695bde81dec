"""Contracts of accounts and tokens, served by the gateway's own functions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, LocaleCode, Role
from shared_schemas.errors import Text
from shared_schemas.phones import Phone
from shared_schemas.texts import UNTYPED, Line, Secret, Token
from shared_schemas.validation import Shape

Email = Annotated[
    str,
    Line(254, lower=True),
    Shape(
        rf"^[^@\s{UNTYPED}]+@[^@\s{UNTYPED}]+\.[^@\s{UNTYPED}]+$",
        "invalid_email",
        Text("must be an e-mail address such as {example}", "нужен адрес почты, например {example}"),
        example="anna@example.com",
    ),
]
Password = Annotated[str, Secret(256, 8), Field(examples=["correct horse battery"])]
FullName = Annotated[str, Line(200, 1), Field(examples=["Anna Petrova"])]


class AccountRequest(Contract):
    """A new customer; `consent` to the processing of personal data (152-FZ) must be given. `phone` is E.164."""

    email: Email
    phone: Phone
    full_name: FullName
    password: Password
    locale: LocaleCode = "ru"
    consent: Literal[True]


class StaffRequest(Contract):
    """An account for somebody who works at the studio."""

    email: Email
    phone: Phone
    full_name: FullName
    password: Password
    locale: LocaleCode = "ru"
    role: Literal[Role.MANAGER, Role.ADMIN]


class Account(Contract):
    """A user, as the user sees himself."""

    id: UUID
    email: str = Field(examples=["anna@example.com"])
    phone: str = Field(examples=["+79161234567"])
    full_name: str = Field(examples=["Anna Petrova"])
    locale: LocaleCode
    role: Role
    created_at: Instant


class AccountPatch(Contract):
    """What the owner may change; absent fields stay."""

    phone: Phone | None = None
    full_name: FullName | None = None
    locale: LocaleCode | None = None


class Contact(Contract):
    """Where to reach a user: for other services, which ask when they need it and store it nowhere."""

    id: UUID
    email: str = Field(examples=["anna@example.com"])
    phone: str = Field(examples=["+79161234567"])
    full_name: str = Field(examples=["Anna Petrova"])
    locale: LocaleCode


class TokenRequest(Contract):
    """Sign in."""

    email: Email
    password: Annotated[str, Secret(256)]


class RefreshRequest(Contract):
    """Exchange a refresh token for a new pair."""

    refresh_token: Token


class TokenPair(Contract):
    """`expires_in` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int
