"""HTTP API of the gateway itself: health, and the API's documentation; `<capability>/routes.py` have the rest."""

import json
from functools import cache
from pathlib import Path

from chalice import Response

import gateway.accounts.routes
import gateway.api_keys.routes
import gateway.codes.routes
import gateway.consents.routes
import gateway.contacts.routes
import gateway.guests.merge_routes
import gateway.guests.routes
import gateway.keys.routes
import gateway.privacy.routes
import gateway.recipients.routes
import gateway.second_factor.routes
import gateway.sessions.routes
import gateway.staff.routes
import gateway.web.routes
from core.http.browsers import content_security_policy
from core.http.health import DegradedError
from gateway import composition
from gateway.api import api
from shared_schemas.common import Health

__all__ = ["api", "app"]

PAGES = Path(__file__).parent / "pages"
CACHE = "public, max-age=300"
HTML_TYPE = "text/html"
HTML = f"{HTML_TYPE}; charset=utf-8"

api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health", errors=[DegradedError])
def system_health() -> Health:
    """Whether every service, the broker and the databases work."""
    return composition.app().health()


@api.endpoint("GET /openapi.json")
def openapi_document() -> Response:
    """This API as an OpenAPI 3.1 document."""
    return _document("openapi.json", "application/json")


@api.endpoint("GET /invitation", media_type=HTML_TYPE)
def invitation_page() -> Response:
    """Where the link of an invitation leads: the page sends `POST /v1/staff-invitations/{invitation}` itself."""
    return _document("invitation.html", HTML)


@api.endpoint("GET /trace", media_type=HTML_TYPE)
def trace_page() -> Response:
    """A page for staff that shows traces. It signs in and calls `GET /v1/traces/{correlation_id}` itself."""
    return _document("trace.html", HTML)


def _document(name: str, content_type: str) -> Response:
    text = _page(name)
    headers = {"Content-Type": content_type, "Cache-Control": CACHE}
    if content_type == HTML:
        headers["Content-Security-Policy"] = content_security_policy(text)
    return Response(text, headers)


@cache
def _page(name: str) -> str:
    """A page as it is sent: a document that people compare in the repository needs no spaces on its way."""
    text = (PAGES / name).read_text(encoding="utf-8")
    if name.endswith(".json"):
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    return text
