"""What the API refuses, as errors."""

import dataclasses
import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field of a request; `more` may say what would be allowed."""

    field: str
    code: str
    message: str
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass
class ProblemError(Exception):
    """The API's answer was no. Go by `code`, which is stable; show `detail`, a sentence in the client's language.

    `document` is the whole answer, such as the alternatives of `slot_taken`; `retry_after` is in seconds."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldProblem, ...] = ()
    correlation_id: str | None = None
    retry_after: int | None = None
    document: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail}"


def problem(status: int, content: bytes, headers: MutableMapping[str, str]) -> ProblemError:
    """The error of an answer; one that is not ours, as a proxy's, has the code `unknown_answer`."""
    found = _document(content)
    wait = headers.get("Retry-After", "")
    return ProblemError(
        status=int(status),
        code=str(found.get("code", "unknown_answer")),
        detail=str(found.get("detail", content[:500].decode(errors="replace"))),
        errors=tuple(_field(each) for each in found.get("errors") or ()),
        correlation_id=found.get("correlation_id"),
        retry_after=int(wait) if wait.isdecimal() else None,
        document=found,
    )


def _document(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _field(told: dict[str, Any]) -> FieldProblem:
    more = {name: value for name, value in told.items() if name not in ("field", "code", "message")}
    return FieldProblem(str(told.get("field")), str(told.get("code")), str(told.get("message")), more)
