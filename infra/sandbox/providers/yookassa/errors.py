"""Refusals in YooKassa's shape."""

from typing import Any

from infra.sandbox.ids import gateway_id

STATUSES = {
    "invalid_request": 400,
    "invalid_credentials": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "unsupported_media_type": 415,
    "internal_server_error": 500,
}


class YooKassaError(Exception):
    """A refusal; `parameter` names the field or header that is to blame."""

    def __init__(self, code: str, description: str, parameter: str | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameter = parameter

    @property
    def status(self) -> int:
        return STATUSES[self.code]

    def body(self) -> dict[str, Any]:
        body = {"type": "error", "id": gateway_id(), "code": self.code, "description": self.description}
        return body | ({"parameter": self.parameter} if self.parameter else {})


def invalid(description: str, parameter: str | None = None) -> YooKassaError:
    return YooKassaError("invalid_request", description, parameter)
