"""How large an answer to a stranger may be on its way: what is larger goes compressed, or not at all."""

from chalice import Response
from chalice.app import Request

from core.http.accept import takes_gzip
from shared_schemas.errors import NotAcceptableError, Text

LARGEST = 100_000
"""Bytes of an answer to who shows no token."""


class CompressedOnlyError(NotAcceptableError):
    """The answer is large, and the caller did not say that it may be compressed."""

    code = "compressed_only"
    text = Text(
        "This answer is large and is sent compressed only. Ask for it with Accept-Encoding: gzip, which comes"
        " before any other coding (curl does so with --compressed)",
        "Этот ответ большой и отправляется только сжатым. Запросите его с заголовком Accept-Encoding: gzip, где gzip"
        " стоит раньше других способов сжатия (в curl это ключ --compressed)",
    )


def require_gzip(request: Request, response: Response) -> None:
    """`CompressedOnlyError` where the answer is large and would go as it is."""
    if not takes_gzip(request.headers.get("accept-encoding", "")) and len(response.body.encode()) > LARGEST:
        raise CompressedOnlyError
