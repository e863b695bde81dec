"""Rows of customers: the gateway lets each in as somebody of whom staff tell, once for a number and a name."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from uuid import uuid4

from booking.customers.ports import Accounts, Guests
from booking.imports.domain.headings import plain
from booking.imports.ports import Work
from booking.imports.problems import failed, person_in
from core.clock import Clock
from core.identity import Identity
from shared_schemas.booking.customers import Note
from shared_schemas.errors import Locale
from shared_schemas.guests import AdmittedGuest, GuestAdmission
from shared_schemas.uploads.imports import FileImportRequest, FileImportRow, ImportedPerson, ImportField

Handle = Callable[[int, Mapping[ImportField, str]], FileImportRow]
SIMILAR = 20


def admitted(guests: Guests, person: ImportedPerson) -> AdmittedGuest:
    """Somebody known by number and name, or somebody new; a call that is repeated is the same one."""
    told = f"{person.phone} {plain(person.full_name)}"
    admission = GuestAdmission(
        full_name=person.full_name, phone=person.phone, email=person.email, locale="ru", by_staff=True
    )
    return guests.admit(admission, f"import-{sha256(told.encode()).hexdigest()}")


class CustomerRows:
    """Each row is a call to the gateway, and its comment a note."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, guests: Guests, accounts: Accounts
    ) -> None:  # fmt: skip
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._guests = guests
        self._accounts = accounts

    def turn(self, request: FileImportRequest, caller: Identity, locale: Locale) -> Handle:
        """What handles the rows of one call."""
        seen: set[tuple[str, str]] = set()

        def handle(row: int, cells: Mapping[ImportField, str]) -> FileImportRow:
            person = person_in(cells, locale)
            if isinstance(person, list):
                return failed(row, person)
            who = (person.phone, plain(person.full_name))
            if who in seen:
                return FileImportRow(row=row, status="duplicate")
            seen.add(who)
            return self._dry(row, person) if request.dry_run else self._let_in(row, person, caller)

        return handle

    def _dry(self, row: int, person: ImportedPerson) -> FileImportRow:
        similar = self._accounts.search(person.phone, SIMILAR)
        name = plain(person.full_name)
        known = [one.id for one in similar if one.phone == person.phone and plain(one.full_name or "") == name]
        return FileImportRow(row=row, status="duplicate" if known else "ready", id=next(iter(known), None))

    def _let_in(self, row: int, person: ImportedPerson, caller: Identity) -> FileImportRow:
        who = admitted(self._guests, person)
        if who.id in who.same_phone or who.has_account:
            return FileImportRow(row=row, status="duplicate", id=who.id)
        self._keep(who, person, caller)
        return FileImportRow(row=row, status="imported", id=who.id)

    def _keep(self, who: AdmittedGuest, person: ImportedPerson, caller: Identity) -> None:
        with self._unit_of_work() as work:
            work.customers.note_phone(who.id, who.phone_key)
            if person.comment:
                work.customers.add_note(who.id, self._note(person.comment, caller))
            work.commit()

    def _note(self, words: str, caller: Identity) -> Note:
        return Note(id=uuid4(), text=words, author=caller.subject, at=self._clock.now())
