"""Evaluates the IAM policy that an authoriser returns, as API Gateway does."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from infra.local.machine.region import ACCOUNT, REGION

INVOKE = "execute-api:Invoke"
API_ID = "local"


def method_arn(stage: str, method: str, path: str) -> str:
    """The ARN of one request; `path` is as requested, and its leading slash does not count."""
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API_ID}/{stage}/{method}/{path.lstrip('/')}"


def allows(policy: dict[str, Any], arn: str) -> bool:
    """True if a statement allows the request and none denies it. A malformed policy raises ValueError."""
    effects = [_effect(statement) for statement in _statements(policy) if _applies(statement, arn)]
    return "Allow" in effects and "Deny" not in effects


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    statements = policy.get("Statement")
    listed = [statements] if isinstance(statements, dict) else statements
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ValueError("the policy document has no list of statements")
    return listed


def _effect(statement: dict[str, Any]) -> str:
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise ValueError(f"a statement's effect is {effect!r}")
    return str(effect)


def _applies(statement: dict[str, Any], arn: str) -> bool:
    return _any_matches(statement.get("Action"), INVOKE, re.IGNORECASE) and _any_matches(
        statement.get("Resource"), arn, 0
    )


def _any_matches(patterns: Any, text: str, flags: int) -> bool:
    listed: Iterable[Any] = [patterns] if isinstance(patterns, str) else patterns or []
    return any(_compiled(str(pattern), flags).fullmatch(text) for pattern in listed)


@lru_cache(maxsize=1024)
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    # IAM's wildcards cross slashes, and only `*` and `?` are special.
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.compile(expression, flags | re.DOTALL)
