"""Contracts of one-time codes and links: what is sent to prove that somebody is reached at an address."""

from typing import Annotated

from pydantic import ConfigDict

from shared_schemas.accounts import AddressRequest, Code, Email, Password
from shared_schemas.channels import AddressChannel, CodePurpose
from shared_schemas.common import Contract, LocaleCode
from shared_schemas.texts import Secret


class CodeRequest(AddressRequest):
    """Where to send a code."""


class Confirmation(AddressRequest):
    """The code that came to an address of yours. `password` is needed where a new address is to open the account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "anna@example.com", "code": "204815"}]})

    code: Code
    password: Annotated[str, Secret(256)] | None = None


class ResetRequest(Contract):
    """Whose password was forgotten."""

    email: Email


class PasswordReset(Contract):
    """The new password."""

    password: Password


class CodeSent(Contract):
    """The answer is the same whether or not anybody has the address; `expires_in` is in seconds."""

    expires_in: int


class PendingCode(Contract):
    """A code on its way, for the service that sends it and for nobody else. It is not to be stored or logged."""

    purpose: CodePurpose
    channel: AddressChannel
    address: str
    locale: LocaleCode
    secret: str
    """The six digits, or what a link ends with; empty where a message only tells something."""
