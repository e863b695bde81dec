"""Routes of second factors."""

from uuid import UUID

from core.identity import Identity
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError
from gateway.api import api
from gateway.second_factor.errors import SecondFactorNotFoundError, SecondFactorOnError
from gateway.sessions.errors import TooManyTriesError
from shared_schemas.errors import RuleViolationError
from shared_schemas.gateway.second_factor import (
    RecoveryCodes,
    SecondFactorCode,
    SecondFactorRemoval,
    SecondFactorRequest,
    SecondFactorStart,
)


@api.endpoint(
    "POST /v1/me/second-factor",
    errors=[AccountNotFoundError, RuleViolationError, SecondFactorOnError, TooManyTriesError],
)
def start_second_factor(body: SecondFactorRequest, identity: Identity) -> SecondFactorStart:
    """Begin to set up an authenticator app: show `uri` as a QR code. It is on once you confirm it with a code."""
    return composition.app().second_factors.start(identity, body.password)


@api.endpoint(
    "POST /v1/me/second-factor/confirm",
    errors=[RuleViolationError, SecondFactorNotFoundError, SecondFactorOnError, TooManyTriesError],
)
def confirm_second_factor(body: SecondFactorCode, identity: Identity) -> RecoveryCodes:
    """Turn the second factor on with a code of the app. Your other sessions end.

    If you had to do so, reads with this access token may be refused for a minute yet; refresh it to go on at once.

    The recovery codes are shown this once. Each opens your account once without the app."""
    return composition.app().second_factors.confirm(identity, body.code)


@api.endpoint(
    "DELETE /v1/me/second-factor",
    status=204,
    errors=[AccountNotFoundError, RuleViolationError, SecondFactorNotFoundError, TooManyTriesError],
)
def remove_second_factor(body: SecondFactorRemoval, identity: Identity) -> None:
    """Turn the second factor off, with your password, a code of the app or a recovery code."""
    composition.app().second_factors.remove(identity, body)


@api.endpoint("DELETE /v1/staff/{account_id}/second-factor", status=204, errors=[SecondFactorNotFoundError])
def remove_second_factor_of_staff(account_id: UUID, identity: Identity) -> None:
    """Turn somebody's second factor off, who has lost the phone and the recovery codes. It signs them out everywhere.

    Make sure first that it is they who ask."""
    composition.app().second_factors.remove_of(account_id, identity.user_id)
