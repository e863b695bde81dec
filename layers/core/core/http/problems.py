"""Errors as `application/problem+json` (RFC 9457): the only place that knows status codes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core.http.json_texts import translated
from core.http.validation_texts import allowed, explain
from shared_schemas.errors import (
    ConflictError,
    CycloramaError,
    ForbiddenError,
    GoneError,
    LimitedError,
    Locale,
    MalformedError,
    MethodError,
    NotAcceptableError,
    NotFoundError,
    RejectedError,
    Text,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnsupportedTypeError,
)

CONTENT_TYPE = "application/problem+json"
# Limits the size of an answer, whatever was sent.
MAX_ERRORS = 20
MAX_FIELD = 200
TYPE_BASE = "https://cyclorama.example/problems/"

STATUSES: dict[type[CycloramaError], tuple[int, str]] = {
    MalformedError: (400, "Bad Request"),
    UnauthenticatedError: (401, "Unauthorized"),
    ForbiddenError: (403, "Forbidden"),
    NotFoundError: (404, "Not Found"),
    MethodError: (405, "Method Not Allowed"),
    NotAcceptableError: (406, "Not Acceptable"),
    ConflictError: (409, "Conflict"),
    GoneError: (410, "Gone"),
    TooLargeError: (413, "Content Too Large"),
    UnsupportedTypeError: (415, "Unsupported Media Type"),
    RejectedError: (422, "Unprocessable Content"),
    LimitedError: (429, "Too Many Requests"),
    UnavailableError: (503, "Service Unavailable"),
    CycloramaError: (500, "Internal Server Error"),
}


class MethodNotAllowedError(MethodError):
    """The path is served, but not by this method; `Allow` has those that it is served by."""

    code = "method_not_allowed"
    text = Text("There is no {method} here", "Метод {method} здесь не поддерживается")


class MalformedJsonError(MalformedError):
    """The body is not JSON."""

    code = "malformed_json"
    text = Text("The body is not valid JSON: {reason}", "Тело запроса не является корректным JSON: {reason}")

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, {"reason": translated(self.reason, locale)})


class UnsupportedMediaTypeError(UnsupportedTypeError):
    """Only JSON is read."""

    code = "unsupported_media_type"
    text = Text(
        "The body must be application/json, not {sent}", "Тело запроса должно быть application/json, а не {sent}"
    )


class UnsupportedCharsetError(UnsupportedTypeError):
    """Text in another character set would be misread."""

    code = "unsupported_charset"
    text = Text("The body must be in UTF-8, not {sent}", "Тело запроса должно быть в UTF-8, а не {sent}")


class UnsupportedEncodingError(UnsupportedTypeError):
    """Compressed bodies are not supported."""

    code = "unsupported_encoding"
    text = Text(
        "The body must not be compressed or encoded: {sent}",
        "Тело запроса не должно быть сжато или закодировано: {sent}",
    )


class TooLargeBodyError(TooLargeError):
    """The body is larger than this operation reads."""

    code = "body_too_large"
    text = Text("The body may have at most {max_bytes} bytes", "В теле запроса может быть не больше {max_bytes} байт")


class InvalidRequestError(RejectedError):
    """Fields are missing, unknown, or of the wrong form."""

    code = "invalid_request"
    text = Text("The request has invalid fields", "В запросе есть неверные поля")

    def __init__(self, error: ValidationError, prefix: str = "") -> None:
        super().__init__()
        self.errors = error.errors(include_url=False, include_input=False)
        self.prefix = prefix


@dataclass(frozen=True)
class ProblemResponse:
    """A rendered error."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def status_of(kind: type[CycloramaError]) -> tuple[int, str]:
    """The HTTP status and reason phrase of an error type."""
    return next(STATUSES[base] for base in kind.__mro__ if base in STATUSES)


def render(error: CycloramaError, locale: Locale, correlation_id: str) -> ProblemResponse:
    """An error as the caller sees it, in the caller's language."""
    status, title = status_of(type(error))
    body: dict[str, Any] = {
        "type": TYPE_BASE + error.code,
        "title": title,
        "status": status,
        "code": error.code,
        "detail": error.message(locale),
        "correlation_id": correlation_id,
        "errors": _errors(error, locale),
    }
    body = _extended(body, error.params)
    if more := max(0, _found(error) - MAX_ERRORS):
        body["more_errors"] = more
    if not body["errors"]:
        del body["errors"]
    headers = {"Content-Type": CONTENT_TYPE}
    if isinstance(error, UnavailableError | LimitedError) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return ProblemResponse(status, json.dumps(body, ensure_ascii=False, default=str), headers)


def _errors(error: CycloramaError, locale: Locale) -> Sequence[dict[str, object]]:
    if violations := getattr(error, "violations", None):
        return [
            _extended({"field": v.field, "code": v.code, "message": v.message(locale)}, v.params)
            for v in violations[:MAX_ERRORS]
        ]
    if isinstance(error, InvalidRequestError):
        return [_field_problem(item, error.prefix, locale) for item in error.errors[:MAX_ERRORS]]
    return []


def _found(error: CycloramaError) -> int:
    """The number of faults; an answer lists only the first of them."""
    if violations := getattr(error, "violations", None):
        return len(violations)
    return len(error.errors) if isinstance(error, InvalidRequestError) else 0


def _extended(members: dict[str, Any], params: Mapping[str, object]) -> dict[str, Any]:
    """Adds the parameters as further members, without replacing existing ones."""
    return {**members, **{name: value for name, value in params.items() if name not in members}}


def _field_problem(item: ErrorDetails, prefix: str, locale: Locale) -> dict[str, object]:
    path = ".".join([prefix] * bool(prefix) + [str(part) for part in item["loc"]]) or "body"
    if len(path) > MAX_FIELD:
        path = path[:MAX_FIELD] + "…"
    problem = {"field": path, "code": item["type"], "message": explain(item, locale)}
    return _extended(problem, allowed(item))
