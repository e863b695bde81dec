"""Whether a text may be put in force: what it holds, and whether it can be rendered, with all facts and with few."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html.parser import HTMLParser

from notification.wording import samples
from notification.wording.facts import NEEDED, facts_of
from notification.wording.language import Language
from notification.wording.sources import parts_of
from notification.writing.edited import ENDINGS, EditedTextError, Part
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.errors import Text, Violation
from shared_schemas.messages.templates import TemplateParts
from shared_schemas.notification import TemplateName

MISSING = Text("Write this part, too: the message has it", "Заполните и эту часть: она есть в сообщении")
FOREIGN = Text("The message has no such part", "У этого сообщения нет такой части")
UNRENDERED = Text("It cannot be rendered: {reason}", "Сообщение не получается: {reason}")
UNRENDERED_POOR = Text(
    "It cannot be rendered where less is known, so ask with {{% if … %}} first: {reason}",
    "Сообщение не получается, когда известно не всё, сначала проверьте через {{% if … %}}: {reason}",
)
USELESS = Text(
    "The message must say “{name}”: that is what it is for",
    "В сообщении должно быть «{name}»: ради этого его и отправляют",
)
MARKUP = Text("A mail may not hold <{tag}>", "В письме не может быть <{tag}>")
SAMPLES = {"secret": samples.SECRET, "link": samples.INVITATION_PAGE, "pay.url": samples.PAY_PAGE}
SAYING: tuple[Part, ...] = ("text", "html", "sms")
TAGS = frozenset(
    [
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "link",
        "meta",
        "base",
        "svg",
        "math",
        "video",
        "audio",
        "img",
        "style",
    ]
)
"""What loads or runs something, or asks for something. Of the layout's own there are `meta` and `style` once."""
OWN = {"meta": 4, "style": 1}


class Checking:
    """Tries texts on visits that are made up."""

    def __init__(self, renderer: TemplateRenderer) -> None:
        self._renderer = renderer

    def violations(
        self, name: TemplateName, locale: LocaleCode, parts: TemplateParts, now: datetime
    ) -> list[Violation]:
        """Why these parts are not put in force; empty if they may be."""
        written, wanted = _written(parts), parts_of(name, locale)
        found = [_violation(part, "template_part_missing", MISSING) for part in wanted.keys() - written.keys()]
        found += [_violation(part, "template_part_unknown", FOREIGN) for part in written.keys() - wanted.keys()]
        language = Language(locale, facts_of(name))
        found += [fault for part in _ordered(written) for fault in language.violations(part, written[part])]
        return found or list(self._tried(name, locale, written, now))

    def _tried(
        self, name: TemplateName, locale: LocaleCode, written: Mapping[str, str], now: datetime
    ) -> Iterator[Violation]:
        for part in _ordered(written):
            for poor in (False, True):
                words = samples.words(self._renderer, name, locale, now, sms=part == "sms", poor=poor)
                try:
                    text = words.rewritten(written).text(ENDINGS[part], subject="…")
                except EditedTextError as error:
                    why = UNRENDERED_POOR if poor else UNRENDERED
                    yield _violation(part, "template_not_rendered", why, reason=error.reason)
                    break
                needed = NEEDED.get(name)
                if needed and part in SAYING and SAMPLES[needed] not in text and not _stands_for(needed, text):
                    yield _violation(part, "template_useless", USELESS, name=needed)
                    break
            else:
                yield from (_violation(part, "template_markup", MARKUP, tag=tag) for tag in _foreign(part, text))


def _ordered(written: Mapping[str, str]) -> list[Part]:
    return [part for part in ENDINGS if part in written]


def _written(parts: TemplateParts) -> dict[str, str]:
    return {part: source for part in ENDINGS if (source := getattr(parts, part)) is not None}


def _stands_for(needed: str, text: str) -> bool:
    """In a link to set a password the secret is behind `#`, which HTML may escape."""
    return needed == "secret" and f"#reset={samples.SECRET}" in text


class _Tags(HTMLParser):
    """Which tags a mail must not hold: those of `TAGS`, and any with a script in an attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        runs = any(name.startswith("on") or "javascript:" in (value or "").lower() for name, value in attrs)
        if tag in TAGS or runs:
            self.found.append(tag)


def _foreign(part: Part, text: str) -> list[str]:
    if part != "html":
        return []
    tags = _Tags(text).found
    return sorted({tag for tag in tags if tags.count(tag) > OWN.get(tag, 0)})


def _violation(part: str, code: str, text: Text, **params: object) -> Violation:
    return Violation(f"parts.{part}", code, text, params)
