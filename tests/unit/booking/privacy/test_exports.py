"""What all services keep of a person becomes one document."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking.privacy.client import OTHERS, OtherServices
from booking.privacy.errors import ExportUnavailableError
from booking.privacy.service import MOST_PAGES, Exports
from core.service_client import ServiceCallError, ServiceUnreachableError
from shared_schemas.errors import Locale
from shared_schemas.privacy.export import Disclosure, Section
from tests.support.clock import NOW, FixedClock

ME, GUEST = uuid4(), uuid4()


def said(name: str, *words: str, more: bool = False) -> Disclosure:
    rows = [{"word": word} for word in words]
    return Disclosure(sections=[Section(name=name, purpose="visits", kept="until erased", rows=rows)], more=more)


@dataclass
class Everybody:
    """Each service has some pages of a person; `also` is who the person was before."""

    pages: dict[UUID, list[Disclosure]] = field(default_factory=dict)
    also: list[UUID] = field(default_factory=list)

    def of(self, person: UUID, number: int) -> Disclosure:
        pages = self.pages.get(person, [])
        return pages[number] if number < len(pages) else Disclosure(sections=[])

    def account(self, person: UUID, page: int) -> Disclosure:  # noqa: ARG002 - the same on each page
        return said("account", str(person)).model_copy(update={"also": self.also if person == ME else []})

    def others(self, person: UUID, page: int) -> list[Disclosure]:  # noqa: ARG002 - they have nothing
        return [Disclosure(sections=[])]


def export(everybody: Everybody, locale: Locale = "en") -> tuple[dict[str, list[str]], bool]:
    made = Exports(FixedClock(), everybody, everybody).of(ME, locale)  # type: ignore[arg-type]
    assert (made.account_id, made.made_at) == (ME, NOW)
    return {s.name: [row["word"] for row in s.rows] for s in made.sections}, made.complete


def test_all_pages_are_read_and_each_section_comes_once() -> None:
    everybody = Everybody({ME: [said("notes", "a", more=True), said("notes", "b")]})
    sections, complete = export(everybody)
    assert (sections["notes"], complete) == (["a", "b"], True)


def test_who_was_a_guest_before_finds_that_too() -> None:
    everybody = Everybody({ME: [said("notes", "a")], GUEST: [said("notes", "as a guest")]}, also=[GUEST])
    sections, _ = export(everybody)
    assert sections["notes"] == ["a", "as a guest"]
    assert sections["account"] == [str(ME), str(GUEST)]


def test_a_file_that_does_not_take_everything_says_so() -> None:
    endless = [said("notes", str(number), more=True) for number in range(MOST_PAGES + 1)]
    sections, complete = export(Everybody({ME: endless}))
    assert (len(sections["notes"]), complete) == (MOST_PAGES, False)


def test_the_purpose_is_told_in_the_readers_words() -> None:
    everybody = Everybody({ME: [said("notes", "a")]})
    words = [
        Exports(FixedClock(), everybody, everybody).of(ME, locale).sections[0].why  # type: ignore[arg-type]
        for locale in ("en", "ru")
    ]
    assert (words[0].startswith("To prepare"), words[1].startswith("Чтобы")) == (True, True)


class Api:
    """Answers every service alike, or fails."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self._trouble = trouble
        self.asked: list[str] = []

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if self._trouble:
            raise self._trouble
        return said("notes", "a").model_dump(mode="json")


def test_each_service_is_asked_for_its_page() -> None:
    api = Api()
    client = OtherServices(api)  # type: ignore[arg-type]
    assert client.account(ME, 2).sections[0].rows == [{"word": "a"}]
    assert len(client.others(ME, 2)) == len(OTHERS)
    assert api.asked == [f"/v1/{name}/{ME}/personal-data?page=2" for name in ("accounts", *OTHERS)]


@pytest.mark.parametrize("trouble", [ServiceUnreachableError("down"), ServiceCallError(403, "forbidden", "")])
def test_half_an_export_is_none(trouble: Exception) -> None:
    with pytest.raises(ExportUnavailableError):
        OtherServices(Api(trouble)).others(ME, 0)  # type: ignore[arg-type]
