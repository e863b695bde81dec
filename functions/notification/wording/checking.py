"""Whether a text may be put in force: what it holds, and whether it can be rendered, with all facts and with few."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from notification.wording import samples
from notification.wording.facts import NEEDED, facts_of
from notification.wording.language import Language
from notification.wording.markup import faults
from notification.wording.sources import parts_of
from notification.writing.edited import ENDINGS, EditedTextError, Part
from notification.writing.rendering import TemplateRenderer
from shared_schemas.common import LocaleCode
from shared_schemas.errors import Text, Violation
from shared_schemas.messages.templates import TemplateParts
from shared_schemas.notification import TemplateName

MISSING = Text("Write this part, too: the message has it", "Заполните и эту часть: она есть в сообщении")
FOREIGN = Text("The message has no such part", "У этого сообщения нет такой части")
POOR = Text(
    "{why} where less is known of a visit: ask with {{% if … %}} first",
    "{why}, когда о визите известно не всё: сначала проверьте через {{% if … %}}",
)
"""What goes wrong only on some visits."""
USELESS = Text(
    "The message must say “{name}”: that is what it is for",
    "В сообщении должно быть «{name}»: ради этого его и отправляют",
)
SAMPLES = {"secret": samples.SECRET, "link": samples.INVITATION_PAGE, "pay.url": samples.PAY_PAGE}
SAYING: tuple[Part, ...] = ("text", "html", "sms")


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
                    why = _only_then(error.why) if poor else error.why
                    yield _violation(part, "template_not_rendered", why, reason=error.reason, **error.params)
                    break
                needed = NEEDED.get(name)
                if needed and part in SAYING and SAMPLES[needed] not in text and not _stands_for(needed, text):
                    yield _violation(part, "template_useless", USELESS, name=needed)
                    break
            else:
                found = faults(written[part], text) if part == "html" else []
                yield from (_violation(part, "template_markup", fault, **told) for fault, told in found)


def _only_then(why: Text) -> Text:
    return Text(POOR.en.replace("{why}", why.en), POOR.ru.replace("{why}", why.ru))


def _ordered(written: Mapping[str, str]) -> list[Part]:
    return [part for part in ENDINGS if part in written]


def _written(parts: TemplateParts) -> dict[str, str]:
    return {part: source for part in ENDINGS if (source := getattr(parts, part)) is not None}


def _stands_for(needed: str, text: str) -> bool:
    """In a link to set a password the secret is behind `#`, which HTML may escape."""
    return needed == "secret" and f"#reset={samples.SECRET}" in text


def _violation(part: str, code: str, text: Text, **params: object) -> Violation:
    return Violation(f"parts.{part}", code, text, params)
