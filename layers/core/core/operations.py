"""What a route takes and gives, read off its function's signature; HTTP handling and OpenAPI both follow it."""

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from pydantic import BaseModel, TypeAdapter

from core.forms import Form
from core.identity import Caller, ServiceCaller
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError

BODY_LIMIT = 64 * 1024
PUBLIC: frozenset[Caller] = frozenset()
SPECIAL = ("body", "query", "identity", "key", "locale", "request")


@dataclass(frozen=True)
class Operation:
    """One method of one path. `allow` empty means that anyone may call it, without a token."""

    method: str
    path: str
    function: Callable[..., Any]
    status: int
    allow: Collection[Caller]
    errors: Sequence[type[CycloramaError]]
    forms: Sequence[Form] = ()
    """What the answer can be beside JSON."""
    media_type: str = "application/json"
    """What the answer is where the function writes it itself."""
    body_limit: int = BODY_LIMIT
    """How many bytes of a body are read."""

    @cached_property
    def hints(self) -> dict[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @property
    def name(self) -> str:
        return str(self.function.__name__)

    @property
    def roles(self) -> list[str]:
        return sorted({Role.SERVICE.value if isinstance(who, ServiceCaller) else who.value for who in self.allow})

    @property
    def services(self) -> list[str]:
        """Which of our own services may call it."""
        return sorted(who.name for who in self.allow if isinstance(who, ServiceCaller))

    @property
    def summary(self) -> str:
        return inspect.getdoc(self.function) or self.name

    @property
    def body(self) -> type[BaseModel] | None:
        return self.hints.get("body")

    @property
    def query(self) -> type[BaseModel] | None:
        return self.hints.get("query")

    @property
    def returns(self) -> Any:
        return self.hints["return"]

    @cached_property
    def answer(self) -> TypeAdapter[Any]:
        """Writes what the function returns; made once, as making it costs as much as a small answer does."""
        return TypeAdapter(self.returns)

    @property
    def idempotent(self) -> bool:
        """Whether it takes an `Idempotency-Key`."""
        return "key" in self.hints

    @cached_property
    def path_parameters(self) -> dict[str, TypeAdapter[Any]]:
        names = (name for name in self.hints if name not in (*SPECIAL, "return"))
        return {name: TypeAdapter(self.hints[name]) for name in names}
