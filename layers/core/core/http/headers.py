"""Header values that are stored or compared: validated by the same rules as all other text."""

from typing import Annotated

from chalice.app import Request
from pydantic import TypeAdapter, ValidationError

from core.http.problems import InvalidRequestError
from shared_schemas.errors import RejectedError, Text
from shared_schemas.texts import CorrelationId, Secret

MAX_KEY_LENGTH = 128
KEY_PATTERN = r"^[ -~]+$"
FLOW: TypeAdapter[str] = TypeAdapter(CorrelationId)
KEY: TypeAdapter[str] = TypeAdapter(Annotated[str, Secret(MAX_KEY_LENGTH, 1, pattern=KEY_PATTERN)])


class InvalidIdempotencyKeyError(RejectedError):
    """The key is empty, too long, or has characters that no header may hold."""

    code = "invalid_idempotency_key"
    text = Text(
        "Idempotency-Key must have 1 to {max_length} printable ASCII characters",
        "Idempotency-Key: от 1 до {max_length} печатных символов ASCII",
    )


def flow_id(request: Request, header: str) -> str | None:
    """The id of a flow or its cause; an empty value counts as absent."""
    if not (value := request.headers.get(header)):
        return None
    try:
        return FLOW.validate_strings(value)
    except ValidationError as error:
        raise InvalidRequestError(error, prefix=header) from None


def idempotency_key(request: Request) -> str | None:
    """The caller's idempotency key."""
    if (value := request.headers.get("idempotency-key")) is None:
        return None
    try:
        return KEY.validate_strings(value)
    except ValidationError:
        raise InvalidIdempotencyKeyError(max_length=MAX_KEY_LENGTH) from None
