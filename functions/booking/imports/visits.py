"""Rows of visits: sold by the one way in which time is sold, as staff do, at the price that was agreed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from booking.bookings.services.orders import Agreed, Sale
from booking.bookings.services.sales import Sales
from booking.customers.ports import Guests
from booking.imports.customers import Handle, admitted
from booking.imports.domain.visits import REPEATED, key, visit
from booking.imports.ports import Work
from booking.imports.problems import failed, of_refusal, of_rules, person_in
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.identity import Identity
from shared_schemas.booking.bookings import OrderDetails
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.errors import CycloramaError, Locale, UnavailableError, Violation
from shared_schemas.uploads.imports import FileImportRequest, FileImportRow, ImportedVisit, ImportField


@dataclass
class Turn:
    """One call: who asks for what, and what its rows came to so far."""

    request: FileImportRequest
    caller: Identity
    locale: Locale
    halls: list[Hall]
    rows: dict[str, int] = field(default_factory=dict)
    taken: list[tuple[UUID, TimeRange, int]] = field(default_factory=list)

    def overlapping(self, hall_id: UUID, slot: TimeRange) -> int | None:
        """The row of the file that has the hall at that time."""
        same = ((at, row) for hall, at, row in self.taken if hall == hall_id)
        return next((row for at, row in same if at.start < slot.end and slot.start < at.end), None)


class VisitRows:
    """Each row is a booking, or says why not."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales, guests: Guests
    ) -> None:  # fmt: skip
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales
        self._guests = guests

    def turn(self, request: FileImportRequest, caller: Identity, locale: Locale) -> Handle:
        """What handles the rows of one call; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            halls = work.halls.all()
            if request.hall_id:
                work.halls.get(request.hall_id)
        current = Turn(request, caller, locale, halls)
        return lambda row, cells: self._row(current, row, cells)

    def _row(self, turn: Turn, row: int, cells: Mapping[ImportField, str]) -> FileImportRow:
        person = person_in(cells, turn.locale)
        fields = visit(cells, turn.halls, turn.request.hall_id, self._clock.now())
        if isinstance(person, list) or isinstance(fields, list):
            rules = of_rules(fields, turn.locale) if isinstance(fields, list) else []
            return failed(row, [*(person if isinstance(person, list) else []), *rules])
        wanted = ImportedVisit.model_validate({**dict(person), **fields, "reference": cells.get("reference")})
        if found := self._known(turn, row, wanted):
            return found
        try:
            return self._dry(turn, row, wanted) if turn.request.dry_run else self._book(turn, row, wanted)
        except UnavailableError:
            raise
        except CycloramaError as error:
            return failed(row, of_refusal(error, turn.locale))

    def _known(self, turn: Turn, row: int, wanted: ImportedVisit) -> FileImportRow | None:
        """The visit came in before: with another file, or with another row of this one."""
        name = key(wanted)
        with self._unit_of_work() as work:
            known = work.imported_visits.find(name)
        if known or turn.rows.setdefault(name, row) != row:
            return FileImportRow(row=row, status="duplicate", id=known)
        return None

    def _dry(self, turn: Turn, row: int, wanted: ImportedVisit) -> FileImportRow:
        slot = TimeRange(wanted.start, wanted.end)
        if (other := turn.overlapping(wanted.hall_id, slot)) is not None:
            taken = Violation("start", "slot_taken", REPEATED, {"row": other})
            return failed(row, of_rules([taken], turn.locale))
        with self._unit_of_work() as work:
            # It is not committed.
            self._sales.make(work, self._sale(turn, wanted, uuid4()))
        turn.taken.append((wanted.hall_id, slot, row))
        return FileImportRow(row=row, status="ready")

    def _book(self, turn: Turn, row: int, wanted: ImportedVisit) -> FileImportRow:
        who = admitted(self._guests, wanted)
        sale = self._sale(turn, wanted, who.id)
        sale = sale if who.has_account else replace(sale, guest=who)
        with self._unit_of_work() as work:
            self._sales.foresee(work, sale)
            made = self._sales.make(work, sale)
            work.imported_visits.add(key(wanted), made.id, self._clock.now())
            work.commit()
        return FileImportRow(row=row, status="imported", id=made.id, number=made.number)

    @staticmethod
    def _sale(turn: Turn, wanted: ImportedVisit, customer_id: UUID) -> Sale:
        slot = SlotRequest(hall_id=wanted.hall_id, start=wanted.start, end=wanted.end, people=wanted.people)
        return Sale(
            slot,
            customer_id,
            turn.caller.subject,
            details=OrderDetails(comment=wanted.comment),
            override_reason=turn.request.override_reason,
            limit="none",
            agreed=Agreed(wanted.price),
        )
