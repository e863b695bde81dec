"""Answers as gzip, as API Gateway sends them to those who take it."""

import gzip
from dataclasses import replace

from core.http.accept import takes_gzip
from infra.local.doors.request import Request, Response

# Nearly as small as the default level makes it, in half the time.
LEVEL = 4


def compressed(request: Request, response: Response, minimum: int | None) -> Response:
    """The response, compressed if it has `minimum` bytes; None never does."""
    encoded = any(name.lower() == "content-encoding" for name, _ in response.headers)
    if (
        minimum is None
        or len(response.body) < minimum
        or encoded
        or not takes_gzip(request.header("Accept-Encoding") or "")
    ):
        return response
    headers = (*response.headers, ("Content-Encoding", "gzip"))
    return replace(response, headers=headers, body=gzip.compress(response.body, LEVEL, mtime=0))
