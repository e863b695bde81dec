"""What a route takes and returns, read from its function's signature; used for HTTP handling and OpenAPI."""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter

from core.http.representations import Form, Written
from shared_schemas.access import Access
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from shared_schemas.texts import SecretName

BODY_LIMIT = 64 * 1024
SPECIAL = ("body", "query", "identity", "key", "language", "locale", "request")
IN_PATH = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    function: Callable[..., Any]
    status: int
    access: Access
    errors: Sequence[type[CycloramaError]]
    forms: Sequence[Form] = ()
    """What the answer can be beside JSON."""
    media_type: str = "application/json"
    """What the answer is where the function writes it itself."""
    body_limit: int = BODY_LIMIT
    """How many bytes of a body are read."""
    leaves_line: bool = False
    """Whether it stands in the trail although it changes nothing."""

    def __post_init__(self) -> None:
        if found := list(_misfits(self.function, IN_PATH.findall(self.path), self.access)):
            raise TypeError(f"{self.method} {self.path}, {self.name}(): {'; '.join(found)}")

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @property
    def name(self) -> str:
        return str(self.function.__name__)

    @property
    def roles(self) -> list[str]:
        return sorted([*self.access.roles, *([Role.SERVICE] if self.access.services else [])])

    @property
    def summary(self) -> str:
        return inspect.getdoc(self.function) or self.name

    @property
    def body(self) -> type[BaseModel] | None:
        return self.hints.get("body")

    @property
    def needs_body(self) -> bool:
        """Where every field is optional nothing says as much as `{}`; but who replaces something says by what."""
        required = self.body and any(field.is_required() for field in self.body.model_fields.values())
        return self.method == "PUT" or bool(required)

    @property
    def query(self) -> type[BaseModel] | None:
        return self.hints.get("query")

    @property
    def returns(self) -> Any:
        """The contract of the answer."""
        found = self.hints["return"]
        return get_args(found)[0] if get_origin(found) is Written else found

    @cached_property
    def answer(self) -> TypeAdapter[Any]:
        """Serialises the result of the function; made once, because that costs as much as serialising a small
        answer."""
        return TypeAdapter(self.returns)

    @property
    def cached(self) -> bool:
        """Whether browsers may keep the answer, and ask by its ETag whether it is still that."""
        return self.method == "GET" and self.access.is_open

    @property
    def for_strangers(self) -> bool:
        """Whether anybody at all may read it: whoever knows a secret address, such as a calendar program, is none."""
        return self.cached and SecretName not in self.hints.values()

    @property
    def idempotent(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return "key" in self.hints

    @cached_property
    def path_parameters(self) -> dict[str, TypeAdapter[Any]]:
        names = (name for name in self.hints if name not in (*SPECIAL, "return"))
        return {name: TypeAdapter(self.hints[name]) for name in names}


def _misfits(function: Callable[..., Any], in_path: Sequence[str], access: Access) -> Iterator[str]:
    """What is wrong with an endpoint's signature; found at registration, not at the first request."""
    signature = inspect.signature(function)
    for name, parameter in signature.parameters.items():
        if name not in (*SPECIAL, *in_path):
            yield f"{name!r} is neither in the path nor one of {', '.join(SPECIAL)}"
        elif parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            yield f"{name!r} cannot be given by its name"
        elif parameter.annotation is parameter.empty:
            yield f"{name!r} has no annotation"
    yield from (f"{name!r} of the path is not taken" for name in in_path if name not in signature.parameters)
    if signature.return_annotation is signature.empty:
        yield "what it returns has no annotation"
    if get_origin(signature.return_annotation) is Written and not access.is_open:
        yield "what it returns is written already, and nothing could be withheld from it"
