"""Use cases of the documents: read by everybody, replaced by administrators; each change is a new version."""

from collections.abc import Callable

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from core.trail.shown import Word
from gateway.consents.domain import KINDS, document, says_the_same
from gateway.consents.ports import Work
from shared_schemas.events.studio import ConsentPublished
from shared_schemas.gateway.consents import ConsentDocument, ConsentKind, ConsentReplacement


class Documents:
    """What people agree to."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def current(self) -> list[ConsentDocument]:
        """What is in force, one of each kind: the needed one first."""
        with self._unit_of_work() as work:
            found = work.consent_documents.current()
        return [found[kind] for kind in KINDS]

    def get(self, kind: ConsentKind, version: str) -> ConsentDocument:
        """A version, in force or not. `ConsentVersionNotFoundError`."""
        with self._unit_of_work() as work:
            return work.consent_documents.get(kind, version)

    def replace(self, kind: ConsentKind, request: ConsentReplacement, caller: Identity) -> ConsentDocument:
        """A new version, in force from now on; to send what is in force changes nothing. `ConsentVersionTakenError`."""
        with self._unit_of_work() as work:
            work.consent_documents.lock(kind)
            before = work.consent_documents.current()[kind]
            if says_the_same(before, request):
                return before
            made = document(kind, request, self._clock.now())
            work.consent_documents.add(made, caller.subject)
            work.emit(ConsentPublished(kind=kind, document_version=made.version, by=caller.user_id))
            note(target=f"consent:{kind}", before=_line(before), after=_line(made))
            work.commit()
        return made


def _line(one: ConsentDocument) -> dict[str, object]:
    """For the trail: the text itself is kept under its version."""
    return {"version": Word(one.version), "since": one.since}
