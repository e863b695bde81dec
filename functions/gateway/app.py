"""HTTP API of the gateway itself: accounts, tokens, health, and the API's documentation."""

from pathlib import Path
from uuid import UUID

from chalice import Response

from core.health import DegradedError, check_health
from core.http import Api
from core.identity import ADMINS, CLIENTS, Identity, services
from gateway import wiring
from gateway.content_policy import content_security_policy
from gateway.errors import AccountNotFoundError, EmailTakenError, InvalidCredentialsError
from shared_schemas.accounts import (
    Account,
    AccountPatch,
    AccountRequest,
    Contact,
    RefreshRequest,
    StaffRequest,
    TokenPair,
    TokenRequest,
)
from shared_schemas.common import Health, Reference
from shared_schemas.errors import UnauthenticatedError

DOCUMENTS = Path(__file__).parent
CACHE = "public, max-age=300"
HTML_TYPE = "text/html"
HTML = f"{HTML_TYPE}; charset=utf-8"
# The page holds a token: nobody frames it, and an address with an id goes nowhere.
GUARDED = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

api = Api("gateway")
app = api.app


@api.endpoint("GET /health", errors=[DegradedError])
def system_health() -> Health:
    """Whether every service, the broker and the databases can do their work."""
    return wiring.health().check(check_health(wiring.engine(), wiring.outbox).checks)


@api.endpoint("GET /openapi.json")
def openapi_document() -> Response:
    """This API as an OpenAPI 3.1 document."""
    return _document("openapi.json", "application/json")


@api.endpoint("GET /docs", media_type=HTML_TYPE)
def documentation() -> Response:
    """This API as a page to read."""
    return _document("docs.html", HTML)


@api.endpoint("GET /trace", media_type=HTML_TYPE)
def trace_page() -> Response:
    """A page that shows traces to staff: it signs in and asks `GET /v1/traces/{correlation_id}` by itself."""
    response = _document("trace.html", HTML)
    response.headers |= {"Content-Security-Policy": content_security_policy(response.body)} | GUARDED
    return response


@api.endpoint("POST /v1/accounts", status=201, errors=[EmailTakenError])
def create_account(body: AccountRequest) -> Account:
    """Register as a client; consent to the processing of personal data is required."""
    return wiring.accounts().register(body)


@api.endpoint("POST /v1/staff", status=201, allow=ADMINS, errors=[EmailTakenError])
def create_staff(body: StaffRequest) -> Account:
    """An account for a manager or another administrator."""
    return wiring.accounts().register(body, body.role)


@api.endpoint("POST /v1/tokens", errors=[InvalidCredentialsError])
def create_token(body: TokenRequest) -> TokenPair:
    """Sign in with e-mail and password."""
    return wiring.tokens().sign_in(body)


@api.endpoint("POST /v1/tokens/refresh", errors=[UnauthenticatedError])
def refresh_token(body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair."""
    return wiring.tokens().refresh(body.refresh_token)


@api.endpoint("GET /v1/me", allow=CLIENTS, errors=[AccountNotFoundError])
def get_me(identity: Identity) -> Account:
    """One's own account."""
    return wiring.accounts().get(identity.user_id)


@api.endpoint("PATCH /v1/me", allow=CLIENTS, errors=[AccountNotFoundError])
def change_me(body: AccountPatch, identity: Identity) -> Account:
    """Change one's own phone, name or language."""
    return wiring.accounts().change(identity.user_id, body)


@api.endpoint("DELETE /v1/me", status=204, allow=CLIENTS, errors=[AccountNotFoundError])
def erase_me(identity: Identity) -> None:
    """Erase one's own personal data (152-FZ), here and in the other services."""
    wiring.accounts().erase(identity.user_id)


@api.endpoint("GET /v1/accounts/{account_id}", allow=services("booking"), errors=[AccountNotFoundError])
def find_account(account_id: UUID) -> Reference:
    """Whether there is such an account: for whom staff book. Nothing else of it is told."""
    return Reference(id=wiring.accounts().get(account_id).id)


@api.endpoint(
    "GET /v1/accounts/{account_id}/contact",
    allow=services("payment", "integration", "notification"),
    errors=[AccountNotFoundError],
)
def get_contact(account_id: UUID) -> Contact:
    """Where to reach a user: for messages, receipts and CRMs, at the moment they leave."""
    return wiring.accounts().contact(account_id)


def _document(name: str, content_type: str) -> Response:
    headers = {"Content-Type": content_type, "Cache-Control": CACHE}
    return Response((DOCUMENTS / name).read_text(encoding="utf-8"), headers)
