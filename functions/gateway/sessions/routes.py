"""Routes of staying signed in, and of ending that."""

from uuid import UUID

from core.identity import Identity
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError
from gateway.api import api
from gateway.sessions.errors import (
    AccountDisabledError,
    InvalidCredentialsError,
    SessionEndedError,
    SessionNotFoundError,
    TooManyTriesError,
)
from shared_schemas.accounts import PasswordChange, RefreshRequest, Session, TokenPair
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError, UnauthenticatedError


@api.endpoint("POST /v1/tokens/refresh", errors=[SessionEndedError, UnauthenticatedError])
def refresh_token(body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair.

    Each refresh token works once. If one is used a second time, somebody else has it: the session ends for both."""
    return composition.app().sessions.refresh(body.refresh_token)


@api.endpoint("GET /v1/sessions")
def list_sessions(identity: Identity) -> Page[Session]:
    """Where you are signed in, most recently used first."""
    return Page(data=composition.app().sessions.list(identity), next_cursor=None)


@api.endpoint("DELETE /v1/sessions/current", status=204)
def end_current_session(identity: Identity) -> None:
    """Sign out here."""
    composition.app().sessions.end_current(identity)


@api.endpoint("DELETE /v1/sessions/{session_id}", status=204, errors=[SessionNotFoundError])
def end_session(session_id: UUID, identity: Identity) -> None:
    """Sign out somewhere else."""
    composition.app().sessions.end(identity, session_id)


@api.endpoint("DELETE /v1/sessions", status=204)
def end_all_sessions(identity: Identity) -> None:
    """Sign out everywhere, here too."""
    composition.app().sessions.end_all(identity)


@api.endpoint(
    "PUT /v1/me/password",
    status=204,
    errors=[AccountDisabledError, AccountNotFoundError, InvalidCredentialsError, RuleViolationError, TooManyTriesError],
)
def change_password(body: PasswordChange, identity: Identity) -> None:
    """Change your password. This ends your sessions on all other devices."""
    composition.app().sessions.change_password(identity, body)
