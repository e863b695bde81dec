"""Errors of a contract's own validators: a stable code, and texts in both languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from shared_schemas.errors import Text

TEXT = "text"


def refuse(code: str, text: Text, **params: object) -> PydanticCustomError:
    """The error to raise from a validator; `params` fill the text and tell the caller what would be allowed.

    It takes the place of `ValueError`, which pydantic would show in English under the code `value_error`."""
    return PydanticCustomError(code, text.en, {**params, TEXT: text})


def own_text(item: ErrorDetails) -> Text | None:
    """The words that `refuse` was given, or None for pydantic's own errors."""
    text = item.get("ctx", {}).get(TEXT)
    return text if isinstance(text, Text) else None


@dataclass(frozen=True)
class Shape:
    """A regular expression for whole strings, with a refusal that people understand; the JSON schema shows the pattern.

    To stand last in `Annotated`, after what strips or lowers the string."""

    pattern: str
    code: str
    text: Text
    example: str

    def check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise refuse(self.code, self.text, example=self.example)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        check: Callable[[str], str] = self.check
        return no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return {**schema, "pattern": self.pattern, "examples": [self.example]}
