"""Words for people in the languages that there are: ours in both, a studio's own in one at least."""

from typing import Protocol, Self, TypeVar

from pydantic import model_validator

from shared_schemas.common import Contract
from shared_schemas.errors import Locale, Text
from shared_schemas.texts import Description, Name
from shared_schemas.validation import refuse

NO_WORDS = Text("Write this in one language at least", "Нужен текст хотя бы на одном языке")


class Label(Contract):
    """What something of ours is called, in both languages."""

    en: str
    ru: str

    @classmethod
    def of(cls, text: Text) -> Self:
        return cls(en=text.en, ru=text.ru)


class Title(Contract):
    """A line of the studio's own, in one language at least."""

    en: Name | None = None
    ru: Name | None = None

    @model_validator(mode="after")
    def _is_written(self) -> Self:
        if not (self.en or self.ru):
            raise refuse("no_words", NO_WORDS)
        return self


class Story(Contract):
    """Some lines of the studio's own, in one language at least."""

    en: Description | None = None
    ru: Description | None = None

    @model_validator(mode="after")
    def _is_written(self) -> Self:
        if not (self.en or self.ru):
            raise refuse("no_words", NO_WORDS)
        return self


class Wording(Contract):
    """A name and a description in one language; what is absent stays in the studio's own."""

    name: Name | None = None
    description: Description | None = None


class Texts(Contract):
    """What is rented or sold in other words than `name` and `description`, by language."""

    en: Wording | None = None
    ru: Wording | None = None


class Translated(Protocol):
    """What has a name, a description and texts in other languages."""

    @property
    def texts(self) -> Texts | None: ...
    def model_copy(self, *, update: dict[str, object]) -> Self: ...


T = TypeVar("T", bound=Translated)


def in_language(thing: T, language: Locale | None) -> T:
    """As who reads this language sees it; without one, in the studio's own words."""
    words: Wording | None = getattr(thing.texts, language) if thing.texts and language else None
    return thing.model_copy(update=words.model_dump(exclude_none=True)) if words else thing
