"""What a caller with wrong fields is told: the field, the rule and the value allowed, in either language."""

import json
import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

import pytest
from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from core.http.json_texts import translated
from core.http.problems import InvalidRequestError, MalformedJsonError, render
from core.http.validation_texts import TEXTS, allowed, explain
from shared_schemas.accounts import AccountRequest, Email
from shared_schemas.common import Contract, Role
from shared_schemas.errors import CycloramaError, Locale, Text
from shared_schemas.phones import Phone
from shared_schemas.validation import Shape, refuse


class Card(Contract):
    kind: Literal["card"]


class Cash(Contract):
    kind: Literal["cash"]


def even(value: int) -> int:
    if value % 2:
        raise refuse("odd", Text("The value must be divisible by {step}", "Значение должно делиться на {step}"), step=2)
    return value


def old_fashioned(_: int) -> int:
    raise ValueError("unheard of")


Paid = Annotated[Card | Cash, Field(discriminator="kind")]
Code = Annotated[str, Field(pattern="^[A-Z]+$")]

CASES: list[tuple[Any, str, str, str, str, dict[str, Any]]] = [
    (Card, "{}", "missing", "This is required", "Это обязательно", {}),
    (Card, '{"kind": "card", "pin": 1}', "extra_forbidden", "Nothing like this", "такого указать нельзя", {}),
    (Card, "[]", "model_type", "An object is needed", "нужен объект", {"type": "object"}),
    (Annotated[int, Field(ge=1)], "0", "greater_than_equal", "at least 1", "не меньше 1", {"min": 1}),
    (Annotated[int, Field(le=9)], "10", "less_than_equal", "at most 9", "не больше 9", {"max": 9}),
    (Annotated[int, Field(gt=1)], "1", "greater_than", "greater than 1", "больше 1", {"above": 1}),
    (Annotated[int, Field(lt=9)], "9", "less_than", "less than 9", "меньше 9", {"below": 9}),
    (Annotated[int, Field(multiple_of=15)], "20", "multiple_of", "of 15", "кратно 15", {"multiple_of": 15}),
    (
        Annotated[str, Field(min_length=8)],
        '"a"',
        "string_too_short",
        "characters is 8",
        "символов: 8",
        {"min_length": 8},
    ),
    (
        Annotated[str, Field(max_length=1)],
        '"ab"',
        "string_too_long",
        "characters is 1",
        "символов: 1",
        {"max_length": 1},
    ),
    (Annotated[list[int], Field(min_length=1)], "[]", "too_short", "items is 1", "элементов: 1", {"min_length": 1}),
    (Annotated[list[int], Field(max_length=1)], "[1, 2]", "too_long", "items is 1", "элементов: 1", {"max_length": 1}),
    (
        Code,
        '"a"',
        "string_pattern_mismatch",
        "not written as it has to be",
        "не так, как нужно",
        {"pattern": "^[A-Z]+$"},
    ),
    (Literal[15, 30], "20", "literal_error", "one of the possible", "одно из возможных", {"allowed": [15, 30]}),
    (Literal[True], "false", "literal_error", "one of the possible", "одно из возможных", {"allowed": [True]}),
    (Literal[Role.ADMIN], '"x"', "literal_error", "one of the possible", "одно из возможных", {"allowed": ["admin"]}),
    (Role, '"x"', "enum", "one of the possible", "одно из возможных", {"allowed": [role.value for role in Role]}),
    (
        Paid,
        '{"kind": "x"}',
        "union_tag_invalid",
        "one of the possible",
        "одно из возможных",
        {"allowed": ["card", "cash"]},
    ),
    (Paid, "{}", "union_tag_not_found", "which kind it is", "какого это вида", {"by": "kind"}),
    (int, '"x"', "int_parsing", "A whole number is needed", "нужно целое число", {"type": "integer"}),
    (bool, '"x"', "bool_parsing", "Only yes or no", "только да или нет", {"type": "boolean"}),
    (str, "1", "string_type", "A text is needed", "нужен текст", {"type": "string"}),
    (list[int], "1", "list_type", "A list is needed", "нужен список", {"type": "array"}),
    (UUID, '"x"', "uuid_parsing", "An identifier is needed", "нужен идентификатор", {"format": "uuid"}),
    (date, '"x"', "date_from_datetime_parsing", "such as 2026-03-01", "например 2026-03-01", {"format": "date"}),
    (time, '"x"', "time_parsing", "such as 10:30", "например 10:30", {"format": "time"}),
    (datetime, '"x"', "datetime_from_date_parsing", "UTC offset", "смещением от UTC", {"format": "date-time"}),
    (AwareDatetime, '"2026-03-01T10:00"', "timezone_aware", "UTC offset", "смещением", {"format": "date-time"}),
    (Annotated[int, AfterValidator(even)], "3", "odd", "divisible by 2", "делиться на 2", {"step": 2}),
    (Email, '"anna"', "invalid_email", "such as anna@", "например anna@", {"example": "anna@example.com"}),
    (Phone, '"8916"', "invalid_phone", "such as +7916", "например +7916", {"example": "+79161234567"}),
    (Annotated[int, AfterValidator(old_fashioned)], "3", "value_error", "unheard of", "unheard of", {}),
]


def document(error: CycloramaError, locale: Locale) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render(error, locale, "f").body)
    return parsed


def wrong(kind: Any, sent: str) -> InvalidRequestError:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(kind).validate_json(sent)
    return InvalidRequestError(raised.value, prefix="field")


@pytest.mark.parametrize(("kind", "sent", "code", "english", "russian", "members"), CASES)
def test_the_field_the_rule_and_the_value_allowed_are_named(
    kind: Any, sent: str, code: str, english: str, russian: str, members: dict[str, Any]
) -> None:
    error = wrong(kind, sent)
    texts: dict[Locale, str] = {"en": english, "ru": russian}
    for locale, words in texts.items():
        (problem,) = document(error, locale)["errors"]
        assert problem["code"] == code
        assert words in problem["message"] and problem["message"][0].isupper()
        assert not {problem["field"], *problem["field"].split(".")} & set(re.findall(r"[\w.]+", problem["message"]))
        assert problem.items() >= members.items()
        assert "text" not in problem


def test_nothing_of_what_was_sent_is_repeated() -> None:
    error = wrong(AccountRequest, '{"password": "s3cret", "email": "s3cret", "phone": "s3cret", "consent": "s3cret"}')
    assert "s3cret" not in render(error, "ru", "f").body


def test_every_text_is_for_an_error_that_pydantic_has() -> None:
    assert set(TEXTS) <= set(get_args(ErrorType))


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_take_the_same_parameters(code: str) -> None:
    english, russian = (sorted(re.findall(r"{(\w+)}", words)) for words in (TEXTS[code].en, TEXTS[code].ru))
    assert english == russian
    assert TEXTS[code].en != TEXTS[code].ru


def test_an_error_that_nobody_foresaw_keeps_pydantics_words() -> None:
    item = ErrorDetails(type="callable_type", loc=(), msg="Input should be callable", input=1, ctx={"ge": 1})
    assert (explain(item, "ru"), allowed(item)) == ("Input should be callable", {})


def test_a_parameter_of_ours_cannot_pose_as_the_field_or_its_code() -> None:
    def check(_: int) -> int:
        raise refuse("odd", Text("x", "у"), field="spoofed", message="spoofed")

    (problem,) = document(wrong(Annotated[int, AfterValidator(check)], "1"), "en")["errors"]
    assert problem == {"field": "field", "code": "odd", "message": "x"}


def test_a_shape_is_matched_whole_and_shown_in_the_schema() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, Shape("^[a-z]+$", "no_word", Text("x", "у"), "abc")])
    assert adapter.json_schema() == {"type": "string", "pattern": "^[a-z]+$", "examples": ["abc"]}
    assert adapter.validate_python("abc") == "abc"
    for value in ("abc\n", "abc1", ""):
        with pytest.raises(ValidationError, match="x"):
            adapter.validate_python(value)


MALFORMED: list[str | bytes] = [
    "",
    "{",
    "[",
    '"',
    '{"a" 1',
    "[1 2]",
    '{"a":1 "b"',
    "x",
    "no",
    '"\\x"',
    '"\\ud800"',
    '"\x01"',
    "{1:2}",
]
MALFORMED += ["[1,]", "1 2", "01", "[" * 300, '"\\ud800\\u0041"', b'"\xff"']


@pytest.mark.parametrize("sent", MALFORMED)
def test_malformed_json_is_explained_in_russian_too(sent: str | bytes) -> None:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(list[int]).validate_json(sent)
    reason = raised.value.errors()[0]["ctx"]["error"]
    detail = document(MalformedJsonError(reason), "ru")["detail"]
    assert re.search(r"[а-я]+.* \(строка 1, столбец \d+\)$", detail)
    assert not re.search(r"parsing|expected|invalid|trailing", detail)
    assert reason in document(MalformedJsonError(reason), "en")["detail"]


@pytest.mark.parametrize(
    ("reason", "shown"), [("gone mad", "gone mad"), ("odd at line 1 column 2", "odd (строка 1, столбец 2)")]
)
def test_a_complaint_that_nobody_foresaw_is_shown_as_it_is(reason: str, shown: str) -> None:
    assert translated(reason, "ru") == shown
