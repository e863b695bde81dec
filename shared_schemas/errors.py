"""Error types by kind: services raise them, the HTTP layer alone turns a kind into a status code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

Locale = Literal["en", "ru"]


@dataclass(frozen=True)
class Text:
    """A message in both languages; placeholders are filled from the error's parameters."""

    en: str
    ru: str

    def render(self, locale: Locale, params: dict[str, object]) -> str:
        return (self.ru if locale == "ru" else self.en).format(**params)


class CycloramaError(Exception):
    """An expected refusal with a stable `code`; `params` fill its text and are shown to the caller."""

    code: ClassVar[str] = "internal_error"
    text: ClassVar[Text] = Text("Something went wrong", "Что-то пошло не так")

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, self.params)


class MalformedError(CycloramaError):
    """The request cannot be read at all."""


class TooLargeError(CycloramaError):
    """More bytes than anybody here reads."""


class UnsupportedTypeError(CycloramaError):
    """The body is in a form that nobody here reads."""


class UnauthenticatedError(CycloramaError):
    """Nobody, or somebody whose proof does not hold."""

    code = "unauthorized"
    text = Text("A valid access token is required", "Нужен действующий токен доступа")


class ForbiddenError(CycloramaError):
    """Somebody known who may not do this."""

    code = "forbidden"
    text = Text("You may not do this", "Это действие вам недоступно")


class NotFoundError(CycloramaError):
    """No such thing, or not visible to the caller."""


class ConflictError(CycloramaError):
    """The state of the world refuses; trying again later may succeed."""


class GoneError(CycloramaError):
    """It was there, and will not come back."""


class RejectedError(CycloramaError):
    """Understood, and against a rule."""


class LimitedError(CycloramaError):
    """One client has as much of something as anybody may at once; `retry_after` is in seconds, where time heals it."""

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
    """One broken rule: the request's field, the rule's own stable code, and what would be allowed."""

    field: str
    code: str
    text: Text
    params: dict[str, object]

    def message(self, locale: Locale = "en") -> str:
        """The field and its rule, with the value allowed."""
        return f"{self.field}: {self.text.render(locale, self.params)}"


class RuleViolationError(RejectedError):
    """One or more rules are broken; all that were found are listed."""

    code = "rule_violation"
    text = Text("The request breaks a rule: {summary}", "Запрос нарушает правило: {summary}")

    def __init__(self, violations: Sequence[Violation], **params: object) -> None:
        super().__init__(**params)
        self.violations = tuple(violations)

    def message(self, locale: Locale = "en") -> str:
        summary = "; ".join(violation.message(locale) for violation in self.violations)
        return self.text.render(locale, {"summary": summary})
