"""Pydantic's validation errors in the caller's language, with the allowed values.

The codes are pydantic's own error types; a type without a text here keeps pydantic's English message.
"""

import ast
import re

from pydantic_core import ErrorDetails

from shared_schemas.errors import Locale, Text
from shared_schemas.validation import TEXT, own_text

OBJECT = Text("An object is needed here", "Здесь нужен объект")
LIST = Text("A list is needed here", "Здесь нужен список")
STRING = Text("A text is needed here", "Здесь нужен текст")
INTEGER = Text("A whole number is needed here", "Здесь нужно целое число")
NUMBER = Text("A number is needed here", "Здесь нужно число")
BOOLEAN = Text("Only yes or no is possible here", "Здесь возможно только да или нет")
IDENTIFIER = Text(
    "An identifier is needed here, such as 7d3c4f0e-5b1a-4c7e-9f3d-2a6b8c0d1e2f",
    "Здесь нужен идентификатор, например 7d3c4f0e-5b1a-4c7e-9f3d-2a6b8c0d1e2f",
)
DATE = Text("A date is needed here, such as 2026-03-01", "Здесь нужна дата, например 2026-03-01")
TIME = Text("A time of day is needed here, such as 10:30", "Здесь нужно время суток, например 10:30")
INSTANT = Text(
    "A date and time with its UTC offset is needed here, such as 2026-03-01T10:00:00+03:00",
    "Здесь нужны дата и время со смещением от UTC, например 2026-03-01T10:00:00+03:00",
)
ONE_OF = Text("Choose one of the possible values", "Выберите одно из возможных значений")

TEXTS: dict[str, Text] = {
    "missing": Text("This is required", "Это обязательно"),
    "extra_forbidden": Text("Nothing like this can be given here", "Здесь такого указать нельзя"),
    "invalid_key": Text("Only texts can be names here", "Названиями здесь могут быть только тексты"),
    "none_required": Text("Nothing can be given here", "Здесь ничего указывать нельзя"),
    "greater_than": Text("The value must be greater than {above}", "Значение должно быть больше {above}"),
    "greater_than_equal": Text("The value must be at least {min}", "Значение должно быть не меньше {min}"),
    "less_than": Text("The value must be less than {below}", "Значение должно быть меньше {below}"),
    "less_than_equal": Text("The value must be at most {max}", "Значение должно быть не больше {max}"),
    "multiple_of": Text("The value must be a multiple of {multiple_of}", "Значение должно быть кратно {multiple_of}"),
    "finite_number": Text("The number must be finite", "Число должно быть конечным"),
    "too_short": Text(
        "The list is too short; the least number of items is {min_length}",
        "Список слишком короткий; наименьшее число элементов: {min_length}",
    ),
    "too_long": Text(
        "The list is too long; the greatest number of items is {max_length}",
        "Список слишком длинный; наибольшее число элементов: {max_length}",
    ),
    "string_too_short": Text(
        "The text is too short; the least number of characters is {min_length}",
        "Текст слишком короткий; наименьшее число символов: {min_length}",
    ),
    "string_too_long": Text(
        "The text is too long; the greatest number of characters is {max_length}",
        "Текст слишком длинный; наибольшее число символов: {max_length}",
    ),
    "string_pattern_mismatch": Text("This is not written as it has to be", "Это записано не так, как нужно"),
    "literal_error": ONE_OF,
    "enum": ONE_OF,
    "union_tag_invalid": ONE_OF,
    "union_tag_not_found": Text("Say which kind it is", "Укажите, какого это вида"),
    "timezone_aware": INSTANT,
    "timezone_naive": Text("Give the local time, without a UTC offset", "Укажите местное время, без смещения от UTC"),
}

# The JSON type, and JSON Schema's format if it has one, for each of pydantic's types.
KINDS: dict[tuple[str, ...], tuple[Text, dict[str, str]]] = {
    ("model_type", "model_attributes_type", "dict_type", "mapping_type"): (OBJECT, {"type": "object"}),
    ("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"): (LIST, {"type": "array"}),
    ("string_type", "string_unicode"): (STRING, {"type": "string"}),
    ("int_type", "int_parsing", "int_parsing_size", "int_from_float"): (INTEGER, {"type": "integer"}),
    ("float_type", "float_parsing", "decimal_type", "decimal_parsing"): (NUMBER, {"type": "number"}),
    ("bool_type", "bool_parsing"): (BOOLEAN, {"type": "boolean"}),
    ("uuid_type", "uuid_parsing", "uuid_version"): (IDENTIFIER, {"type": "string", "format": "uuid"}),
    ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"): (
        DATE,
        {"type": "string", "format": "date"},
    ),
    ("time_type", "time_parsing"): (TIME, {"type": "string", "format": "time"}),
    ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"): (
        INSTANT,
        {"type": "string", "format": "date-time"},
    ),
}
TEXTS |= {code: text for codes, (text, _) in KINDS.items() for code in codes}
FORMS = {code: form for codes, (_, form) in KINDS.items() for code in codes} | {
    "timezone_aware": {"type": "string", "format": "date-time"}
}

# pydantic's name of a limit, and our name for the caller.
MEMBERS = {
    "ge": "min",
    "le": "max",
    "gt": "above",
    "lt": "below",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "max_length": "max_length",
    "pattern": "pattern",
}
LISTED = ("expected", "expected_tags")
ENUM_MEMBER = re.compile(r"<[\w.]+: (.+)>")


def allowed(item: ErrorDetails) -> dict[str, object]:
    """The limits that the value broke, or the allowed values, in machine-readable form."""
    context = item.get("ctx", {})
    if own_text(item):
        return {name: value for name, value in context.items() if name != TEXT}
    if item["type"] not in TEXTS:
        return {}
    members: dict[str, object] = {MEMBERS[name]: value for name, value in context.items() if name in MEMBERS}
    if "discriminator" in context:
        members["by"] = _choice(context["discriminator"])
    for name in LISTED:
        if name in context:
            members["allowed"] = _choices(context[name])
    return {**FORMS.get(item["type"], {}), **members}


def explain(item: ErrorDetails, locale: Locale) -> str:
    """The broken rule as a sentence; the field, and what programs need to know, are told beside it."""
    text = own_text(item) or TEXTS.get(item["type"])
    return text.render(locale, allowed(item)) if text else item["msg"]


def _choices(expected: str) -> list[object]:
    """The values in pydantic's message, such as `'a', 'b' or 'c'` or `15, 30 or 60`."""
    return [_choice(part) for part in re.split(r", | or ", expected)]


def _choice(part: str) -> object:
    try:
        value: object = ast.literal_eval(ENUM_MEMBER.sub(r"\1", part))
    except (ValueError, SyntaxError):
        return part
    return value
