"""Phone numbers: read as people write them, kept as E.164, and only those that a text message can reach."""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

EXAMPLE = "+79161234567"
HOME = "RU"
"""Whose numbers may be written without the country: 8 (926) 123-45-67."""
WRITTEN = re.compile(r"^[+＋]?[0-9() .\u2010-\u2015\u00a0-]{5,40}$")
INVALID = Text(
    "must be a telephone number that exists, such as {example}",
    "нужен существующий номер телефона, например {example}",
)
NO_SMS = Text(
    "must be a mobile number, such as {example}: text messages do not reach this one",
    "нужен мобильный номер, например {example}: на этот не приходят СМС",
)


def e164(written: str) -> str:
    """The number as machines write it; a refusal where it is in no numbering plan, or takes no text messages."""
    # Its tables cost a cold start 40 ms, and few requests hold a number.
    import phonenumbers as plans

    try:
        number = plans.parse(written, HOME) if WRITTEN.match(written) else None
    except plans.NumberParseException:
        number = None
    if number is None or number.extension or not plans.is_valid_number(number):
        raise refuse("invalid_phone", INVALID, example=EXAMPLE)
    # In some countries, the USA among them, a number does not tell which it is.
    if plans.number_type(number) not in {plans.PhoneNumberType.MOBILE, plans.PhoneNumberType.FIXED_LINE_OR_MOBILE}:
        raise refuse("phone_without_messages", NO_SMS, example=EXAMPLE)
    return plans.format_number(number, plans.PhoneNumberFormat.E164)


@dataclass(frozen=True)
class Mobile:
    """To stand last in `Annotated`, after what cleans the string."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(e164, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "pattern": WRITTEN.pattern, "examples": [EXAMPLE]}


Phone = Annotated[str, Line(40), Mobile(), Field(examples=[EXAMPLE])]
