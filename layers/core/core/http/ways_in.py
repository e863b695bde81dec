"""How a caller may prove who it is, as the OpenAPI document says it."""

from collections.abc import Iterator

from shared_schemas.access import Access

SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of somebody who has signed in, or of a guest for one booking",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cyk_…",
        "description": "A key of a program, made by an administrator, with the scopes that are named here",
    },
}


def ways_in(access: Access) -> Iterator[dict[str, list[str]]]:
    """The schemes by which a route may be called, any one of which is enough; none where it is open, and an empty one
    where it takes calls without a token, too."""
    if access.strangers:
        yield {}
    if not access.is_open:
        yield {"bearer": []}
    if access.scope:
        yield {"apiKey": [access.scope]}
