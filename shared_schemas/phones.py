"""Phone numbers: read as people write them, kept as E.164; those of people must take text messages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function, no_info_before_validator_function

from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

EXAMPLE = "+79161234567"
HOME = "RU"
"""Whose numbers may be written without the country: 8 (926) 123-45-67."""
MARKS = r"\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
"""What address books put around a number that is copied, and nobody sees."""
WRITTEN = re.compile(r"^[+＋]?[0-9() ./\u2010-\u2015\u00a0\u2007-\u200a\u202f-]{5,40}$")
PASTED = f"^[{MARKS}]*{WRITTEN.pattern[1:-1]}[{MARKS}]*$"
# No country has it: who writes that means 8, which is dialled before 9 inside of Russia.
PLUS_EIGHT = re.compile(r"^[+＋]8(?=\D*9)")
# Eleven digits and more name their country even without the plus; 8 and 0 are dialled before a number.
WITH_COUNTRY = re.compile(r"^[1-79](\D*\d){10,}\D*$")
INVALID = Text(
    "A telephone number that exists is needed, such as {example}",
    "Нужен существующий номер телефона, например {example}",
)
NO_SMS = Text(
    "A mobile number is needed, such as {example}; text messages do not reach this one",
    "Нужен мобильный номер, например {example}; на этот не приходят СМС",
)


def e164(written: str, *, mobile: bool = True) -> str:
    """The number as machines write it; a refusal where it is in no numbering plan, or is to be `mobile` and takes no
    text messages."""
    # Its tables cost a cold start 40 ms, and few requests hold a number.
    import phonenumbers as plans

    number = next(filter(None, map(_number, _readings(written))), None)
    if number is None:
        raise refuse("invalid_phone", INVALID, example=EXAMPLE)
    # In some countries, the USA among them, a number does not tell which it is.
    if mobile and plans.number_type(number) not in {
        plans.PhoneNumberType.MOBILE,
        plans.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }:
        raise refuse("phone_without_messages", NO_SMS, example=EXAMPLE)
    return plans.format_number(number, plans.PhoneNumberFormat.E164)


def _readings(written: str) -> Iterator[str]:
    """What may be meant, the likeliest first."""
    if WRITTEN.match(written):
        # The library knows fewer spaces than there are.
        plain = re.sub(r"\s", " ", written)
        yield PLUS_EIGHT.sub("8", plain)
        if WITH_COUNTRY.match(plain):
            yield f"+{plain}"


def _number(written: str) -> Any:
    import phonenumbers as plans

    try:
        number = plans.parse(written, HOME)
    except plans.NumberParseException:
        return None
    return number if not number.extension and plans.is_valid_number(number) else None


def unmarked(value: Any) -> Any:
    """Without the marks; what is no string is left for pydantic to refuse."""
    return re.sub(f"^[{MARKS}\\s]+|[{MARKS}\\s]+$", "", value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Mobile:
    """To stand last in `Annotated`, after what cleans the string."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(unmarked, no_info_after_validator_function(e164, handler(source)))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "pattern": PASTED, "examples": [EXAMPLE]}


@dataclass(frozen=True)
class AnyNumber(Mobile):
    """The same, for numbers that are only called."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        read = no_info_after_validator_function(partial(e164, mobile=False), handler(source))
        return no_info_before_validator_function(unmarked, read)


Phone = Annotated[str, Line(40), Mobile(), Field(examples=[EXAMPLE])]
CalledPhone = Annotated[str, Line(40), AnyNumber(), Field(examples=["+74951234567"])]
"""Of a landline, too."""
