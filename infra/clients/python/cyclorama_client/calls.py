"""What every operation does around the generated call."""

from typing import TypeVar
from uuid import uuid4

from .client import AuthenticatedClient
from .problems import ProblemError, problem
from .types import Response

T = TypeVar("T")


def new_key() -> str:
    """An `Idempotency-Key` for one intention: however often it is sent, it is done once."""
    return str(uuid4())


class Caller:
    """Has the generated client."""

    def __init__(self, generated: AuthenticatedClient) -> None:
        self._generated = generated

    def _done(self, response: Response[T]) -> None:
        """`ProblemError` unless it succeeded."""
        if response.status_code >= 300:
            raise problem(response.status_code, response.content, response.headers)

    def _result(self, response: Response[T]) -> T:
        self._done(response)
        if response.parsed is None:
            raise ProblemError(int(response.status_code), "unknown_answer", "This client does not know such an answer.")
        return response.parsed
