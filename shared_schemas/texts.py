"""The one rule for text from outside: no control characters, one form of each letter, a length limit.

`Annotated[str, Line(120, 1)]` is a name, `Prose` may have several lines, `Secret` is kept as it was typed. Nothing of
this is stored in two spellings: й is one letter, and a line break is one line feed."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function, str_schema

from shared_schemas.errors import Text
from shared_schemas.validation import refuse

# Control characters (PostgreSQL takes no U+0000), what turns the direction of the text around it, and the mark of
# bytes that somebody could not read.
UNTYPED = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffd"
TYPED = f"^[^{UNTYPED}]*$"
ADDRESS = rf"^https?://[^\s{UNTYPED}]+$"
KEPT = r"^[^\u0000]*$"
UNKEPT = re.compile("[\u0000\ud800-\udfff]")
UNTYPED_TEXT = Text(
    "The text must not contain control characters or unreadable bytes",
    "В тексте не может быть управляющих символов и нечитаемых байтов",
)
# A JSON schema cannot name halves of surrogate pairs, and JSON cannot hold them.
FORBIDDEN = re.compile(f"[{UNTYPED}\ud800-\udfff]")
# What looks like nothing at an end, the zero-width spaces included.
ENDS = re.compile(r"^[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+$")
SPACES = re.compile(r"[\t\n\r]+ *")
BREAKS = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Line:
    """Text of one line; breaks in it become spaces. `pattern` holds for the whole of it, after everything else."""

    max_length: int
    min_length: int = 0
    lower: bool = False
    upper: bool = False
    pattern: str | None = None

    def clean(self, value: Any) -> Any:
        """The text as it is kept; anything that is no string is left for pydantic to refuse."""
        if not isinstance(value, str):
            return value
        if FORBIDDEN.search(value):
            raise refuse("untyped_characters", UNTYPED_TEXT)
        return self.shaped(value if value.isascii() else unicodedata.normalize("NFC", value))

    def shaped(self, value: str) -> str:
        """Without what has no meaning here."""
        return SPACES.sub(" ", ENDS.sub("", value))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = str_schema(
            min_length=self.min_length or None,
            max_length=self.max_length,
            to_lower=self.lower or None,
            to_upper=self.upper or None,
            pattern=self.pattern,
        )
        return no_info_before_validator_function(self.clean, text)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"pattern": TYPED, **handler(core)}


@dataclass(frozen=True)
class Prose(Line):
    """Text of any number of lines."""

    def shaped(self, value: str) -> str:
        return ENDS.sub("", BREAKS.sub("\n", value))


@dataclass(frozen=True)
class Document(Line):
    """A file: only what cannot be stored is refused; the rest is left to its parser."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, str) and UNKEPT.search(value):
            raise refuse("untyped_characters", UNTYPED_TEXT)
        return value

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"pattern": KEPT, **handler(core)}


@dataclass(frozen=True)
class Secret(Line):
    """What is compared and never shown: spaces belong to it."""

    def shaped(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class OfPeople:
    """Marks what an answer may tell of a person: an API key without `customers:read` is not told it. Of a field that
    lists changes it is the `keys` alone."""

    keys: tuple[str, ...] = ()


Name = Annotated[str, Line(120, 1)]
Reason = Annotated[str, Prose(500, 1)]
"""Why somebody did it: asked of staff."""
Remark = Annotated[str, Prose(500)]
Comment = Annotated[str, Prose(1000), OfPeople()]
Said = Annotated[str, OfPeople()]
"""In an answer: what somebody wrote, or who somebody is."""
Description = Annotated[str, Prose(4000)]
Cursor = Annotated[str, Line(200, 1, pattern=r"^[A-Za-z0-9_=-]+$")]
"""Where a list goes on: `next_cursor` of the page before."""
PathName = Annotated[str, Line(100, 1, pattern=r"^[\w.-]+$")]
"""A name in a path; whether anything has it, the route finds out."""
SecretName = Annotated[str, Secret(200, 1, pattern=r"^[\w.-]+$")]
Token = Annotated[str, Secret(4096, pattern=r"^[!-~]*$")]
CorrelationId = Annotated[str, Secret(128, 1, pattern=r"^[ -~]+$"), Field(examples=["checkout-7f3a"])]
"""Names a flow; it travels in a header, so it has no letters beyond ASCII."""
