import json
from typing import Any

import pytest

from core.http.problems import ProblemResponse, render, status_of
from shared_schemas.common import Problem
from shared_schemas.errors import (
    ConflictError,
    CycloramaError,
    ForbiddenError,
    GoneError,
    LimitedError,
    MalformedError,
    MethodError,
    NotAcceptableError,
    NotFoundError,
    RejectedError,
    RuleViolationError,
    Text,
    TooLargeError,
    UnauthenticatedError,
    UnavailableError,
    UnsupportedTypeError,
    Violation,
)

STATUSES = {
    MalformedError: 400,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    MethodError: 405,
    NotAcceptableError: 406,
    ConflictError: 409,
    GoneError: 410,
    TooLargeError: 413,
    UnsupportedTypeError: 415,
    RejectedError: 422,
    RuleViolationError: 422,
    LimitedError: 429,
    CycloramaError: 500,
    UnavailableError: 503,
}


class HallClosedError(ConflictError):
    code = "hall_closed"
    text = Text("Hall {hall} is closed", "Зал {hall} закрыт")


def body(problem: ProblemResponse) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(problem.body)
    assert Problem.model_validate(document)
    return document


@pytest.mark.parametrize(("kind", "status"), STATUSES.items(), ids=lambda value: getattr(value, "__name__", value))
def test_every_kind_has_its_status(kind: type[CycloramaError], status: int) -> None:
    own = type("OwnError", (kind,), {})
    assert status_of(kind)[0] == status_of(own)[0] == status
    assert status_of(own)[1]


def test_there_is_no_kind_without_a_status() -> None:
    kinds = {kind for kind in CycloramaError.__subclasses__() if kind.__module__ == CycloramaError.__module__}
    assert kinds <= set(STATUSES)


def test_the_text_is_filled_in_the_callers_language() -> None:
    error = HallClosedError(hall="«Белый»")
    assert body(render(error, "ru", "f"))["detail"] == "Зал «Белый» закрыт"
    assert body(render(error, "en", "f"))["detail"] == "Hall «Белый» is closed"


def test_parameters_are_shown_but_cannot_pose_as_the_problem_itself() -> None:
    document = body(render(HallClosedError(hall="A", status=200, code="fine", title="OK", type="x"), "en", "f"))
    assert (document["status"], document["code"], document["title"]) == (409, "hall_closed", "Conflict")
    assert document["type"].endswith("/hall_closed")
    assert document["hall"] == "A"


@pytest.mark.parametrize("name", ["detail", "correlation_id", "errors"])
def test_no_parameter_replaces_what_every_problem_has(name: str) -> None:
    document = body(render(HallClosedError(hall="A", **{name: "spoofed"}), "en", "flow-1"))
    assert (document["detail"], document["correlation_id"]) == ("Hall A is closed", "flow-1")
    assert "errors" not in document


def test_every_broken_rule_is_listed() -> None:
    text = Text("At most {most} may come", "Прийти могут не больше {most}")
    rules = [Violation(field, "too_many_people", text, {"most": n}) for field, n in (("a", 8), ("b", 8), ("people", 9))]
    document = body(render(RuleViolationError(rules), "en", "f"))
    assert document["detail"] == "At most 8 may come. At most 9 may come"
    assert document["errors"] == [
        {"field": field, "code": "too_many_people", "message": f"At most {n} may come", "most": n}
        for field, n in (("a", 8), ("b", 8), ("people", 9))
    ]


def test_only_what_may_pass_says_when_to_come_back() -> None:
    assert render(UnavailableError(), "en", "f").headers["Retry-After"] == "5"
    assert "Retry-After" not in render(HallClosedError(hall="A"), "en", "f").headers
