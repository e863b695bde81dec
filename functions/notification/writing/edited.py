"""Renders what staff wrote: in a sandbox, within a length and a time, and with nothing at hand but what it is given.

Its grammar has no loops, and is looked at whenever a text is compiled, however it came into the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from time import monotonic
from typing import Any, Literal

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notification.writing.files import TEMPLATES
from notification.writing.grammar import FILTERS, TooDeepError, forbidden, walked
from shared_schemas.common import LocaleCode
from shared_schemas.errors import Text
from shared_schemas.notification import TemplateName

Part = Literal["subject", "text", "html", "sms"]
ENDINGS: Mapping[Part, str] = {"subject": "subject.txt", "text": "txt", "html": "html", "sms": "sms.txt"}
"""Under which name each part lies among the files."""
LONGEST: Mapping[Part, int] = {"subject": 300, "text": 20_000, "html": 100_000, "sms": 1_000}
"""Characters of what is sent."""
SECONDS = 1.0

BEYOND = Text("The text goes beyond the grammar", "В тексте есть то, чего здесь не предусмотрено")
TOO_DEEP = Text("Too much is within one another", "В тексте слишком много вложений")
TOO_LONG = Text("The message is longer than {most} characters", "Сообщение длиннее {most} знаков")
TOO_SLOW = Text("It takes too long to write", "Сообщение составляется слишком долго")
EMPTY = Text("The message says nothing", "Сообщение получается пустым")
ABSENT = Text("Something that the text names is not there", "Чего-то из названного в тексте нет")
MISFIT = Text("A value does not fit where it stands", "Одно из значений не подходит туда, где стоит")


@dataclass(frozen=True)
class EditedText:
    """The sources of the version that staff put in force, by part."""

    version: int
    parts: Mapping[str, str]


class EditedTextError(Exception):
    """It could not be rendered; `why` says so to whoever writes the text, and `reason` to operators, with what the
    library said, but without what it was rendered from."""

    def __init__(self, part: str, why: Text, said: str = "", **params: object) -> None:
        self.part, self.why, self.params, self._said = part, why, params, said
        self.reason = self.told("en")
        super().__init__(part, self.reason)

    def told(self, locale: LocaleCode) -> str:
        """The reason in this language."""
        return self.why.render(locale, self.params) + (f" ({self._said})" if self._said else "")


@cache
def sandbox() -> ImmutableSandboxedEnvironment:
    """Knows our layouts and snippets, a few filters, and no functions."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False, default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


@lru_cache(maxsize=256)
def _compiled(source: str, part: Part) -> Template:
    environment = sandbox()
    try:
        if any(forbidden(node) for node in walked(environment.parse(source))):
            raise EditedTextError(part, BEYOND)
    except (TooDeepError, RecursionError) as error:
        raise EditedTextError(part, TOO_DEEP) from error
    # Its name says whether what it shows is escaped.
    code = environment.compile(source, name=f"edited.{'html' if part == 'html' else 'txt'}")
    return environment.template_class.from_code(environment, code, environment.make_globals(None))


def rendered(source: str, part: Part, values: Mapping[str, Any]) -> str:
    """The text; `EditedTextError` where it cannot be rendered, says nothing, or takes too long or too much room."""
    try:
        text = _bounded(_compiled(source, part), part, values).strip()
    except EditedTextError:
        raise
    except TemplateError as error:
        raise EditedTextError(part, ABSENT, str(error.message or type(error).__name__)) from error
    except Exception as error:
        # Whatever a text does to values that are absent: it is a mistake of the text. What it says may name people.
        raise EditedTextError(part, MISFIT, type(error).__name__) from error
    if not text:
        raise EditedTextError(part, EMPTY)
    return text


def _bounded(template: Template, part: Part, values: Mapping[str, Any]) -> str:
    pieces: list[str] = []
    room, until = LONGEST[part], monotonic() + SECONDS
    for piece in template.generate(values):
        room -= len(piece)
        if room < 0:
            raise EditedTextError(part, TOO_LONG, most=LONGEST[part])
        if monotonic() > until:
            raise EditedTextError(part, TOO_SLOW)
        pieces.append(piece)
    return "".join(pieces)


class ProductTexts:
    """No text of staff is in force."""

    def current(self, _name: TemplateName, _locale: LocaleCode) -> EditedText | None:
        return None

    def failed(self, _name: TemplateName, _locale: LocaleCode, _text: EditedText, _error: EditedTextError) -> None:
        """There is none that could."""
