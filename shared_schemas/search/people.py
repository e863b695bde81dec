"""How staff look for people: by what they remember of them."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from shared_schemas.common import Contract
from shared_schemas.errors import Text
from shared_schemas.search.numbers import BookingNumber
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

LEAST_DIGITS, LEAST_LETTERS = 4, 2
# An eleven-digit number is the same with 8 in front, which is dialled within Russia, and with 7.
SUBSCRIBER_DIGITS = 10
WORDS = re.compile(r"[^\W\d_]+")
TOO_LITTLE = Text(
    "Type at least {digits} digits of a phone, {letters} letters of a name or an e-mail, or the number of a booking",
    "Нужно хотя бы {digits} цифры телефона, {letters} буквы имени или почты либо номер брони",
)
NUMBER: TypeAdapter[str] = TypeAdapter(BookingNumber)


@dataclass(frozen=True)
class Wish:
    """What somebody is looked for by: how an e-mail begins, or how words of a name do; or the last digits of a phone,
    and, beside them, how a number would begin that begins with these."""

    by: Literal["phone", "email", "name"]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None where it is too little to look for a person by."""
        folded = text.lower().replace("ё", "е")
        if "@" in folded:
            return cls("email", (folded,)) if len(folded) > LEAST_LETTERS else None
        if WORDS.search(folded):
            words = tuple(word for word in WORDS.findall(folded) if len(word) >= LEAST_LETTERS)
            return cls("name", words) if words else None
        digits = re.sub(r"\D", "", folded)
        if len(digits) < LEAST_DIGITS:
            return None
        head = _head(folded.strip(), digits)
        if len(digits) > SUBSCRIBER_DIGITS and digits[0] in "78":
            digits = digits[-SUBSCRIBER_DIGITS:]
        return cls("phone", (digits, head))


def _head(typed: str, digits: str) -> str:
    """How a number in E.164 begins of which these are the first digits, as they are dialled within Russia or whole."""
    if typed.startswith("+") or digits[0] == "7":
        return f"+{digits}"
    return f"+7{digits.removeprefix('8')}"


def number_in(text: str) -> str | None:
    """The booking number that a text may be."""
    try:
        return NUMBER.validate_python(text)
    except ValidationError:
        return None


def _enough(text: str) -> str:
    if Wish.of(text) is None and number_in(text) is None:
        raise refuse("search_too_short", TOO_LITTLE, digits=LEAST_DIGITS, letters=LEAST_LETTERS)
    return text


SearchText = Annotated[str, Line(100, 1), AfterValidator(_enough), Field(examples=["4567"])]


class PeopleSearch(Contract):
    """Whom another service looks for: a phone by its first or last digits, an e-mail or words of a name by how they
    begin."""

    q: SearchText
    limit: int = Field(ge=1, le=51)
