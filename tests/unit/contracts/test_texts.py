"""The one rule for text from outside, on its own."""

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared_schemas.texts import Document, Line, Prose, Secret

NAME: TypeAdapter[str] = TypeAdapter(Annotated[str, Line(12, 1)])
PROSE: TypeAdapter[str] = TypeAdapter(Annotated[str, Prose(40)])
SECRET: TypeAdapter[str] = TypeAdapter(Annotated[str, Secret(12)])
FILE: TypeAdapter[str] = TypeAdapter(Annotated[str, Document(40)])
DECOMPOSED, COMPOSED = "Чаи\u0306ка", "Чайка"


@pytest.mark.parametrize("kind", [NAME, PROSE, SECRET])
@pytest.mark.parametrize("character", ["\0", "\x01", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ufffd", "\ud800"])
def test_what_nobody_types_is_refused(kind: TypeAdapter[str], character: str) -> None:
    with pytest.raises(ValidationError) as caught:
        kind.validate_python(f"An{character}na")

    assert caught.value.errors()[0]["type"] == "untyped_characters"


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (NAME, " \u200b Anna \ufeff\n", "Anna"),
        (NAME, "Anna\r\n\tPetrova", "Anna Petrova"),
        (NAME, DECOMPOSED, COMPOSED),
        (NAME, "Зал 🎬", "Зал 🎬"),
        (PROSE, "one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        (PROSE, DECOMPOSED, COMPOSED),
        (SECRET, " pass word ", " pass word "),
        (SECRET, DECOMPOSED, COMPOSED),
        (FILE, "BEGIN:VCALENDAR\r\n\x01\ufffd", "BEGIN:VCALENDAR\r\n\x01\ufffd"),
    ],
)
def test_text_is_kept_in_one_form(kind: TypeAdapter[str], sent: str, kept: str) -> None:
    assert kind.validate_python(sent) == kept
    assert kind.validate_python(kept) == kept


@pytest.mark.parametrize("sent", ["", "   ", "\u200b", "x" * 13, "\n\n"])
def test_length_is_what_is_left(sent: str) -> None:
    with pytest.raises(ValidationError) as caught:
        NAME.validate_python(sent)

    assert caught.value.errors()[0]["type"] in {"string_too_short", "string_too_long"}


@pytest.mark.parametrize("sent", [7, None, ["Anna"], {"name": "Anna"}, True])
def test_what_is_no_string_is_told_so(sent: Any) -> None:
    with pytest.raises(ValidationError, match="string"):
        NAME.validate_python(sent)


@pytest.mark.parametrize("sent", ["\0", "\ud800"])
def test_a_file_has_what_can_be_kept(sent: str) -> None:
    with pytest.raises(ValidationError):
        FILE.validate_python(sent)
