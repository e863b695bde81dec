"""Pydantic's validation errors in the caller's language, with the allowed values.

The codes are pydantic's own error types; a type without a text here keeps pydantic's English message.
"""

import ast
import json
import re

from pydantic_core import ErrorDetails

from shared_schemas.errors import Locale, Text
from shared_schemas.validation import TEXT, own_text

OBJECT = Text("must be an object", "нужен объект")
LIST = Text("must be a list", "нужен список")
STRING = Text("must be a string", "нужна строка")
INTEGER = Text("must be an integer", "нужно целое число")
NUMBER = Text("must be a number", "нужно число")
BOOLEAN = Text("must be true or false", "нужно true или false")
IDENTIFIER = Text(
    "must be a UUID such as 7d3c4f0e-5b1a-4c7e-9f3d-2a6b8c0d1e2f",
    "нужен UUID, например 7d3c4f0e-5b1a-4c7e-9f3d-2a6b8c0d1e2f",
)
DATE = Text("must be a date, YYYY-MM-DD", "нужна дата в виде ГГГГ-ММ-ДД")
TIME = Text("must be a time of day, HH:MM", "нужно время суток в виде ЧЧ:ММ")
INSTANT = Text(
    "must be a date and time with a UTC offset, such as 2026-03-01T10:00:00+03:00",
    "нужны дата и время со смещением от UTC, например 2026-03-01T10:00:00+03:00",
)
ALLOWED = Text("allowed values: {allowed}", "допустимые значения: {allowed}")

TEXTS: dict[str, Text] = {
    "missing": Text("is required", "обязательное поле"),
    "extra_forbidden": Text("there is no such field", "такого поля нет"),
    "invalid_key": Text("keys must be strings", "ключами могут быть только строки"),
    "none_required": Text("must be null or absent", "нужно null, или поле надо опустить"),
    "greater_than": Text("must be greater than {above}", "нужно значение больше {above}"),
    "greater_than_equal": Text("must be at least {min}", "нужно значение не меньше {min}"),
    "less_than": Text("must be less than {below}", "нужно значение меньше {below}"),
    "less_than_equal": Text("must be at most {max}", "нужно значение не больше {max}"),
    "multiple_of": Text("must be a multiple of {multiple_of}", "нужно значение, кратное {multiple_of}"),
    "finite_number": Text("must be a finite number", "нужно конечное число"),
    "too_short": Text("must have at least {min_length} items", "наименьшее число элементов: {min_length}"),
    "too_long": Text("must have at most {max_length} items", "наибольшее число элементов: {max_length}"),
    "string_too_short": Text("must have at least {min_length} characters", "наименьшее число символов: {min_length}"),
    "string_too_long": Text("must have at most {max_length} characters", "наибольшее число символов: {max_length}"),
    "string_pattern_mismatch": Text("must match the pattern {pattern}", "нужна строка по образцу {pattern}"),
    "literal_error": ALLOWED,
    "enum": ALLOWED,
    "union_tag_invalid": Text("{by} is unknown; allowed values: {allowed}", "{by}: допустимые значения: {allowed}"),
    "union_tag_not_found": Text("{by} is required", "{by}: обязательное поле"),
    "timezone_aware": INSTANT,
    "timezone_naive": Text("must have no UTC offset", "смещение от UTC здесь не указывают"),
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
    """The broken rule, without the field's name."""
    text = own_text(item) or TEXTS.get(item["type"])
    return text.render(locale, {name: _shown(value) for name, value in allowed(item).items()}) if text else item["msg"]


def _shown(value: object) -> object:
    return ", ".join(json.dumps(one, ensure_ascii=False) for one in value) if isinstance(value, list) else value


def _choices(expected: str) -> list[object]:
    """The values in pydantic's message, such as `'a', 'b' or 'c'` or `15, 30 or 60`."""
    return [_choice(part) for part in re.split(r", | or ", expected)]


def _choice(part: str) -> object:
    try:
        value: object = ast.literal_eval(ENUM_MEMBER.sub(r"\1", part))
    except (ValueError, SyntaxError):
        return part
    return value
