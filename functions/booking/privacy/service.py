"""Exports what all services keep of a person, as one document."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from booking.privacy.ports import Others
from core.clock import Clock
from core.postgres.disclosure import Disclosing
from shared_schemas.errors import Locale
from shared_schemas.privacy.export import Disclosure, Export, ExportedSection, Section
from shared_schemas.privacy.purposes import PURPOSES

MOST_PAGES = 10
"""A hundred rows of each section on each: what a function may answer."""


@dataclass(frozen=True)
class Exports:
    """Collects an export. Nothing of it is stored."""

    _clock: Clock
    _own: Disclosing
    _others: Others

    def of(self, person: UUID, locale: Locale) -> Export:
        """Everything, under each id that the person had; `ExportUnavailableError`."""
        sections: dict[str, Section] = {}
        complete = True
        for each in [person, *self._others.account(person, 0).also]:
            for disclosure in self._pages(each):
                complete = complete and not disclosure.more
                for section in disclosure.sections:
                    known = sections.get(section.name, section.model_copy(update={"rows": []}))
                    sections[section.name] = known.model_copy(update={"rows": known.rows + section.rows})
        words = {name: text.render(locale, {}) for name, text in PURPOSES.items()}
        told = [ExportedSection(**dict(each), why=words[each.purpose]) for each in sections.values()]
        return Export(account_id=person, made_at=self._clock.now(), sections=told, complete=complete)

    def _pages(self, person: UUID) -> Iterator[Disclosure]:
        """Each page of all services; `more` only where the last one allowed has not told everything."""
        for page in range(MOST_PAGES):
            found = [self._others.account(person, page), self._own.of(person, page), *self._others.others(person, page)]
            more = any(disclosure.more for disclosure in found)
            sections = [section for disclosure in found for section in disclosure.sections]
            yield Disclosure(sections=sections, more=more and page == MOST_PAGES - 1)
            if not more:
                break
