"""Routes of accounts, and what other services may ask of one."""

from uuid import UUID

from chalice.app import Request

from core.identity import Identity, address_digest
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError, LastAdminError, OnlyWayInError
from gateway.api import api
from shared_schemas.accounts import Account, AccountPatch, AccountRequest, Contact
from shared_schemas.common import Reference
from shared_schemas.errors import RuleViolationError
from shared_schemas.gateway.consents import ConsentOutdatedError


@api.endpoint("POST /v1/accounts", status=201, errors=[ConsentOutdatedError, RuleViolationError])
def create_account(body: AccountRequest, request: Request) -> Account:
    """Register as a client; consent to the processing of personal data is required.

    A code to confirm the e-mail with is sent there. Where the e-mail has an account already, the answer is the same,
    nothing is changed, and a mail tells its owner to sign in or to ask for a new password."""
    return composition.app().registration.register(body, address_digest(request.context) or "")


@api.endpoint("GET /v1/me", errors=[AccountNotFoundError])
def get_me(identity: Identity) -> Account:
    """Your own account."""
    return composition.app().accounts.get(identity.user_id)


@api.endpoint("PATCH /v1/me", errors=[AccountNotFoundError, OnlyWayInError])
def change_me(body: AccountPatch, identity: Identity) -> Account:
    """Change your own phone, name or language. A new phone is to be confirmed; a new e-mail is confirmed first."""
    return composition.app().accounts.change(identity.user_id, body)


@api.endpoint("DELETE /v1/me", status=204, errors=[AccountNotFoundError, LastAdminError])
def erase_me(identity: Identity) -> None:
    """Erase your own personal data (152-FZ), here and in the other services. It ends all your sessions."""
    composition.app().accounts.erase(identity.user_id)


@api.endpoint("GET /v1/accounts/{account_id}", errors=[AccountNotFoundError])
def find_account(account_id: UUID) -> Reference:
    """Whether an account or a guest exists, for bookings that staff make for a client. Returns nothing else about
    it."""
    composition.app().accounts.require_known(account_id)
    return Reference(id=account_id)


@api.endpoint("DELETE /v1/accounts/{account_id}", status=204, errors=[AccountNotFoundError, LastAdminError])
def erase_account(account_id: UUID) -> None:
    """Erase a client's or a guest's personal data (152-FZ), here and in the other services, because they asked the
    studio to. Visits and payments stay, without the person. It cannot be undone. Not for staff, nor for what one of
    them booked as a guest."""
    composition.app().accounts.erase_client(account_id)


@api.endpoint(
    "GET /v1/accounts/{account_id}/contact",
    errors=[AccountNotFoundError],
)
def get_contact(account_id: UUID) -> Contact:
    """How a user or a guest is reached, asked for when a receipt or news for a CRM is sent."""
    return composition.app().accounts.contact(account_id)
