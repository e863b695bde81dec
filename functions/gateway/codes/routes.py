"""Routes of one-time codes: signing in, confirming an address, and setting a forgotten password."""

from uuid import UUID

from chalice.app import Request

from core.identity import Identity, address_digest
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError, EmailTakenError, PhoneTakenError
from gateway.api import api
from gateway.codes.domain import Address
from gateway.codes.errors import (
    CodeNotFoundError,
    ConsentRequiredError,
    InvalidCodeError,
    PasswordNeededError,
    PasswordRequiredError,
    ResetNotFoundError,
    SignInAgainError,
    TooManyCodesError,
)
from gateway.second_factor.errors import InvalidSecondFactorError, SecondFactorRequiredError
from gateway.sessions.domain import client_of
from gateway.sessions.errors import AccountDisabledError, InvalidCredentialsError, TooManyTriesError
from shared_schemas.accounts import Account, TokenPair, TokenRequest
from shared_schemas.codes import CodeRequest, CodeSent, Confirmation, PasswordReset, PendingCode, ResetRequest
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.gateway.consents import ConsentOutdatedError
from shared_schemas.texts import SecretName


@api.endpoint("POST /v1/codes", status=202, errors=[TooManyCodesError])
def send_code(body: CodeRequest, request: Request, locale: Locale) -> CodeSent:
    """Have a one-time code sent, by mail or by text message. It holds for ten minutes and can be used once.

    The answer does not tell whether anybody has the address. A code also signs in who has no account yet."""
    return composition.app().codes.send(Address.of(body), locale, address_digest(request.context) or "")


@api.endpoint("POST /v1/password-resets", status=202, errors=[TooManyCodesError])
def ask_for_reset(body: ResetRequest, request: Request, locale: Locale) -> CodeSent:
    """Have a link sent by which a new password is set. It holds for an hour and can be used once.

    The answer does not tell whether anybody has the address."""
    return composition.app().codes.reset(body.email, locale, address_digest(request.context) or "")


@api.endpoint("POST /v1/password-resets/{token}", status=204, errors=[ResetNotFoundError, RuleViolationError])
def reset_password(token: SecretName, body: PasswordReset, request: Request) -> None:
    """Set a new password by the token of a link. This ends your sessions on all devices."""
    composition.app().resets.use(token, body.password, address_digest(request.context) or "")


@api.endpoint(
    "POST /v1/me/confirmations",
    errors=[
        AccountNotFoundError,
        EmailTakenError,
        InvalidCodeError,
        PasswordNeededError,
        PhoneTakenError,
        RuleViolationError,
        SignInAgainError,
        TooManyTriesError,
    ],
)
def confirm_address(body: Confirmation, identity: Identity, request: Request) -> Account:
    """Confirm your e-mail or phone by the code that came there (`POST /v1/codes` sends one).

    A new address takes the place of the one that you had: this is how you change your e-mail. From then on you sign in
    with it, so it needs your password; if you have none, sign in within ten minutes before. Where you were
    reached before you are told."""
    network = address_digest(request.context) or ""
    return composition.app().confirmations.confirm(identity, body, network)


@api.endpoint("GET /v1/codes/{code_id}", errors=[CodeNotFoundError])
def get_code(code_id: UUID) -> PendingCode:
    """A code that is to be sent, for the service that sends it."""
    return composition.app().codes.pending(code_id)


@api.endpoint(
    "POST /v1/tokens",
    errors=[
        AccountDisabledError,
        ConsentOutdatedError,
        ConsentRequiredError,
        EmailTakenError,
        InvalidCodeError,
        InvalidCredentialsError,
        InvalidSecondFactorError,
        PasswordRequiredError,
        PhoneTakenError,
        SecondFactorRequiredError,
        TooManyTriesError,
    ],
)
def create_token(body: TokenRequest, request: Request) -> TokenPair:
    """Sign in, with e-mail and password or with a code that was sent to an e-mail or a phone. This starts a session.

    If the account has a second factor, `second_factor_required` is the answer until its code comes along, too: six
    digits of the app, or a recovery code.

    If nobody has that address, a right code makes an account, which needs consent; until it is given, the code stays
    valid."""
    client, network = client_of(request.headers.get("user-agent")), address_digest(request.context) or ""
    if body.code:
        return composition.app().code_sign_in.sign_in(body, client, network)
    return composition.app().sessions.sign_in(body, client, network)
