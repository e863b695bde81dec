"""Error types by kind: services raise them, only the HTTP layer maps a kind to a status code."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, ClassVar, Literal, Self

from shared_schemas.money import written

Locale = Literal["en", "ru"]
MONEY = "money"


class Filling(Formatter):
    """Fills placeholders; `{due:money}` writes kopecks as people read sums in that language."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale

    def format_field(self, value: Any, format_spec: str) -> str:
        """As `str.format` does, but for sums."""
        return written(value, self._locale) if format_spec == MONEY else str(super().format_field(value, format_spec))


@dataclass(frozen=True)
class Text:
    """A message in both languages; placeholders are filled from the error's parameters."""

    en: str
    ru: str

    def render(self, locale: Locale, params: dict[str, object]) -> str:
        return Filling(locale).format(self.ru if locale == "ru" else self.en, **params)


class CycloramaError(Exception):
    """An expected error with a stable `code`; `params` fill its text and are shown to the caller."""

    code: ClassVar[str] = "internal_error"
    text: ClassVar[Text] = Text("Something went wrong", "Что-то пошло не так")

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, self.params)

    def with_params(self, **more: object) -> Self:
        """The same refusal with more parameters."""
        other = type(self).__new__(type(self), self.code)
        other.__dict__.update(self.__dict__, params={**self.params, **more})
        return other


class MalformedError(CycloramaError):
    """The request cannot be read at all."""


class TooLargeError(CycloramaError):
    """More bytes than we read."""


class UnsupportedTypeError(CycloramaError):
    """The body is in a format that we do not read."""


class UnauthenticatedError(CycloramaError):
    """No token, or an invalid one."""

    code = "unauthorized"
    text = Text("A valid access token is required", "Нужен действующий токен доступа")


class ForbiddenError(CycloramaError):
    """The caller is known and may not do this."""

    code = "forbidden"
    text = Text("You may not do this", "Это действие вам недоступно")


class SecondFactorMissingError(ForbiddenError):
    """The studio wants its staff to have a second factor, and this one has none yet."""

    code = "second_factor_missing"
    text = Text(
        "Set up a second factor first: the studio requires it of its staff",
        "Сначала настройте второй фактор: студия требует его от своих сотрудников",
    )


class NotFoundError(CycloramaError):
    """No such thing, or not visible to the caller."""


class NotAcceptableError(CycloramaError):
    """The answer exists, but in no form that the caller takes."""


class MethodError(CycloramaError):
    """There is something, but it is not served by this method."""


class ConflictError(CycloramaError):
    """The current state does not allow it; a later attempt may succeed."""


class GoneError(CycloramaError):
    """It existed, and will not come back."""


class RejectedError(CycloramaError):
    """The request is understood and breaks a rule."""


class LimitedError(CycloramaError):
    """One client has reached a limit; `retry_after` is in seconds, if waiting helps."""

    def __init__(self, retry_after: int | None = None, **params: object) -> None:
        super().__init__(**params)
        self.retry_after = retry_after


class UnavailableError(CycloramaError):
    """Something we depend on does not answer; `retry_after` is in seconds."""

    code = "unavailable"
    text = Text("The service is temporarily unavailable", "Сервис временно недоступен")
    retry_after: ClassVar[int] = 5


@dataclass(frozen=True)
class Violation:
    """One broken rule: the request's field, the rule's own stable code, and what would be allowed.

    Its text is a whole sentence for the person who filled the form in: the field is told beside it, not in it."""

    field: str
    code: str
    text: Text
    params: dict[str, object]

    @classmethod
    def of(cls, field: str, code: str, en: str, ru: str, **params: object) -> Self:
        """A rule whose text is used only here."""
        return cls(field, code, Text(en, ru), params)

    def message(self, locale: Locale = "en") -> str:
        """The rule as a sentence, with the value allowed."""
        return self.text.render(locale, self.params)


class RuleViolationError(RejectedError):
    """One or more rules are broken; all that were found are listed, and the message has the sentence of each."""

    code = "rule_violation"
    text = Text("This does not go by the rules", "Это не по правилам")

    def __init__(self, violations: Sequence[Violation], **params: object) -> None:
        super().__init__(**params)
        self.violations = tuple(violations)

    def message(self, locale: Locale = "en") -> str:
        told = dict.fromkeys(violation.message(locale) for violation in self.violations)
        return ". ".join(told) or super().message(locale)
