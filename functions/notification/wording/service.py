"""The texts of messages: looked at by staff, put in force by administrators; each change is a new version."""

from collections.abc import Callable
from typing import get_args

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from notification.messages.domain.plans import PLAN_OF
from notification.wording.checking import Checking
from notification.wording.domain import Version
from notification.wording.errors import TemplateChangedError, TemplateNotFoundError
from notification.wording.facts import facts_of
from notification.wording.ports import Work
from notification.wording.sources import parts_of
from shared_schemas.common import LocaleCode, Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.messages.templates import (
    MessageTemplate,
    TemplateFact,
    TemplateParts,
    TemplateReplacement,
    TemplateSummary,
)
from shared_schemas.notification import TemplateName
from shared_schemas.words import Label

SHOWN = 50
"""Versions of one text that are listed."""


class Wordings:
    """Looks up texts and puts new versions in force."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, checking: Checking) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._checking = checking

    def page(self, reader: LocaleCode = "en") -> Page[TemplateSummary]:
        """All messages in both languages, as they are sent now; what failed is told in the language of the reader."""
        with self._unit_of_work() as work:
            edited = work.wordings.current()
        names: tuple[TemplateName, ...] = get_args(TemplateName)
        locales: tuple[LocaleCode, ...] = get_args(LocaleCode)
        return Page(
            data=[_summary(name, locale, edited.get((name, locale)), reader) for name in names for locale in locales]
        )

    def get(self, name: TemplateName, locale: LocaleCode, reader: LocaleCode = "en") -> MessageTemplate:
        """The version in force, with all that it may say."""
        with self._unit_of_work() as work:
            found = work.wordings.newest(name, locale)
        return _template(name, locale, found, reader)

    def versions(self, name: TemplateName, locale: LocaleCode, reader: LocaleCode = "en") -> Page[MessageTemplate]:
        """The newest first, and at the end the product's own text."""
        with self._unit_of_work() as work:
            found = work.wordings.versions(name, locale, None, SHOWN)
        return Page(data=[_template(name, locale, version, reader, listed=True) for version in [*found, None]])

    def replace(
        self, name: TemplateName, locale: LocaleCode, request: TemplateReplacement, caller: Identity
    ) -> MessageTemplate:
        """Put a new version in force; `RuleViolationError` names everything that is wrong with its text.

        `TemplateChangedError` if another was put in force since it was read, `TemplateNotFoundError` if the one to go
        back to does not exist."""
        now = self._clock.now()
        if request.parts and (found := self._checking.violations(name, locale, request.parts, now)):
            raise RuleViolationError(found)
        with self._unit_of_work() as work:
            work.wordings.lock(name, locale)
            before = work.wordings.newest(name, locale)
            number = before.version if before else 0
            if number != request.version:
                raise TemplateChangedError(version=number)
            parts = request.parts.model_dump(exclude_none=True) if request.parts else None
            if request.restore:
                parts = _restored(work, name, locale, request.restore)
            made = Version(name, locale, number + 1, parts, request.restore, caller.user_id, now)
            work.wordings.add(made)
            note(target=f"message_template:{name}/{locale}", before={"version": number}, after={"version": number + 1})
            work.commit()
        return _template(name, locale, made, locale)


def _restored(work: Work, name: TemplateName, locale: LocaleCode, wanted: int) -> dict[str, str] | None:
    older = next(iter(work.wordings.versions(name, locale, wanted + 1, 1)), None)
    if older is None or older.version != wanted:
        raise TemplateNotFoundError(version=wanted)
    return dict(older.parts) if older.parts is not None else None


def _summary(name: TemplateName, locale: LocaleCode, found: Version | None, reader: LocaleCode) -> TemplateSummary:
    told = {} if found is None else {each: getattr(found, each) for each in ("edited_at", "edited_by", "restored")}
    failed = {} if found is None else {"failed_at": found.failed_at, "failure": found.told(reader)}
    version, channels = found.version if found else 0, list(PLAN_OF[name].channels)
    return TemplateSummary(name=name, locale=locale, version=version, channels=channels, **told, **failed)


def _template(
    name: TemplateName, locale: LocaleCode, found: Version | None, reader: LocaleCode, *, listed: bool = False
) -> MessageTemplate:
    # A part that a version lacks came with a later release.
    parts: dict[str, str] = {**parts_of(name, locale)}
    parts |= found.parts if found and found.parts else {}
    facts = [] if listed else _facts(name)
    summary = _summary(name, locale, found, reader)
    return MessageTemplate(**dict(summary), parts=TemplateParts(**parts), facts=facts)


def _facts(name: TemplateName) -> list[TemplateFact]:
    return [
        TemplateFact(name=fact.name, kind=fact.kind, about=Label.of(fact.about), always=fact.always)
        for fact in facts_of(name).values()
    ]
