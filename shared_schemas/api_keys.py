"""Contracts of API keys, with which programs of the studio call the API."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from shared_schemas.access import ACCESS, scopes
from shared_schemas.common import Contract, Instant
from shared_schemas.errors import Text
from shared_schemas.texts import Line, Name
from shared_schemas.validation import refuse

SCOPES = tuple(scopes(ACCESS))
UNKNOWN = Text("{scope} is not a scope; choose from {allowed}", "{scope} — не область доступа; выберите из {allowed}")


@dataclass(frozen=True)
class Known:
    """One of the scopes that some route asks for."""

    def check(self, value: str) -> str:
        if value not in SCOPES:
            raise refuse("unknown_scope", UNKNOWN, scope=value, allowed=", ".join(SCOPES))
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "enum": list(SCOPES)}


Scope = Annotated[str, Line(40, 1), Known()]


class ApiKeyRequest(Contract):
    """A key for one program. `name` says which; without `expires_at` it ends after the time that the studio has set."""

    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))
    expires_at: Instant | None = None


class KeyMaker(Contract):
    """Who made a key. An account that was erased has no name any more."""

    id: UUID
    full_name: str | None = Field(default=None, examples=["Anna Petrova"])
    active: bool
    """Whether this person still works here and may sign in."""


class ApiKey(Contract):
    """A key as administrators see it; `prefix` is how it begins, and `used_at` is exact to a minute."""

    id: UUID
    name: str
    prefix: str = Field(examples=["cyk_7Hq2mZ4x"])
    scopes: list[str]
    created_by: KeyMaker
    created_at: Instant
    expires_at: Instant
    used_at: Instant | None = None
    revoked_at: Instant | None = None


class NewApiKey(ApiKey):
    """A key that was just made; `key` is shown now and never again."""

    key: str
