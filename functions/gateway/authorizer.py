"""The authoriser in front of every route that is not public.

It imports neither the web framework nor SQLAlchemy, as its cold start delays every client. API Gateway remembers its
verdict for some reads, for as long as `infra/api.json` says, and asks again for all else.
"""

from typing import Any

from gateway import composition_authorizer


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """API Gateway's authoriser, of type TOKEN or REQUEST as the route wants it."""
    return composition_authorizer.authorizer().judge(event)
