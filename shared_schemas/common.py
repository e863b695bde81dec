"""Types that every contract uses: money, roles, pages."""

import os
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticUndefined

from shared_schemas import COLD_START

# What fields mean is for documents that are made of the contracts. To find it, pydantic reads the source of each class,
# which is a fifth of a function's cold start; and Lambda, which says so in this variable, needs none of it. Chalice
# writes its own name into it anywhere, and a process hands that on to those that it starts.
DOCUMENTED = not os.environ.get("AWS_EXECUTION_ENV", "").startswith("AWS_Lambda_")

T = TypeVar("T")


class Contract(BaseModel):
    """Base of all contracts: immutable; an unknown field is an error.

    Values that were sent are kept out of errors, which are logged."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=DOCUMENTED,
        # A function uses few of the contracts that it imports. Elsewhere many processes share what one has built.
        defer_build=COLD_START,
        hide_input_in_errors=True,
    )


class Replacement(Contract):
    """The body of a PUT: fields that have a default elsewhere are required here, so that none is reset silently. Only
    what may be absent from the answer may be absent from the request."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            if field.default is not None:
                field.default = PydanticUndefined
        if cls.__pydantic_complete__:
            cls.model_rebuild(force=True)


class Role(StrEnum):
    """Who is calling: a studio's customer, its staff, its owner, or another service."""

    CLIENT = "client"
    MANAGER = "manager"
    ADMIN = "admin"
    SERVICE = "service"


Kopecks = Annotated[int, Field(strict=True, ge=0, le=10**12)]
SignedKopecks = Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]
# Far from where the arithmetic of calendars ends, years 1 and 9999.
Instant = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2200, 1, 1))]
LocaleCode = Literal["en", "ru"]


class Money(Contract):
    """An amount in the currency's minor unit (kopecks): never a float."""

    amount: Kopecks
    currency: Literal["RUB"] = "RUB"

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + other.amount)


class SignedMoney(Contract):
    """A difference of amounts in kopecks; a negative one lowers a price or is refunded."""

    amount: SignedKopecks
    currency: Literal["RUB"] = "RUB"


class Page(Contract, Generic[T]):
    """One page of a list; `next_cursor` is absent on the last."""

    # There are none, and pydantic searches all loaded modules for the source of each `Page[…]`.
    model_config = ConfigDict(use_attribute_docstrings=False)

    data: list[T]
    next_cursor: str | None = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """`HallPage` rather than `Page[Hall]`, which generated clients turn into names of their own making."""
        return f"{params[0].__name__}Page"


class FieldProblem(Contract):
    """What is wrong with one field of a request; a broken rule adds what would be allowed."""

    model_config = ConfigDict(extra="allow")

    field: str
    code: str
    message: str


class Problem(BaseModel):
    """An error in the form of RFC 9457, with a stable `code`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    """What is wrong, as a sentence in the caller's language."""
    detail_ru: str | None = None
    """The same in Russian, where `detail` is English for everybody: API Gateway's own answers know no language."""
    correlation_id: str | None = None
    errors: list[FieldProblem] | None = None
    """The first faults that were found."""
    more_errors: int | None = None
    """How many more there are than `errors` names."""


class Reference(Contract):
    """The id of something, and nothing more."""

    id: UUID


class Health(Contract):
    """Whether a component works; `checks` names what was checked."""

    status: Literal["ok", "degraded"]
    checks: dict[str, str]
