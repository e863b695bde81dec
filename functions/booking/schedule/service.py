"""The schedule: what is in storage here, with names and phones that the gateway tells in one call."""

from collections.abc import Callable, Sequence

from booking.customers.errors import AccountsUnavailableError
from booking.customers.ports import Accounts
from booking.errors import InvalidPeriodError
from booking.schedule.ports import Work
from core.http.paging import decode_cursor, encode_cursor, paged
from core.observability import logger
from shared_schemas.accounts import Person
from shared_schemas.booking.schedule import (
    Schedule,
    ScheduledVisit,
    SchedulePeriod,
    ScheduleQuery,
    ScheduleStamp,
    Told,
)

MAX_DAYS = 42
"""A month as calendars show it."""


class Schedules:
    """Show some days of all halls."""

    def __init__(self, unit_of_work: Callable[[], Work], accounts: Accounts) -> None:
        self._unit_of_work = unit_of_work
        self._accounts = accounts

    def of(self, query: ScheduleQuery, *, named: bool = True) -> Schedule:
        """Without names where the gateway does not answer, and it says so: the desk must see who comes when anyhow.
        Who may not be told them (`named`) sees none.

        `InvalidPeriodError`; `InvalidCursorError`."""
        _require_days(query)
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.schedule.visits(query, after, query.limit + 1)
            busy = [] if after else work.schedule.busy(query)
        page = paged(found, query.limit, lambda last: encode_cursor(last.start, last.id))
        visits, contacts = self._with_contacts(page.data) if named else (page.data, "withheld")
        return Schedule(data=visits, busy=busy, contacts=contacts, next_cursor=page.next_cursor)

    def stamp(self, period: SchedulePeriod) -> ScheduleStamp:
        """What changes with what is shown of these days, for desks that look all the time; `InvalidPeriodError`."""
        _require_days(period)
        with self._unit_of_work() as work:
            return ScheduleStamp(stamp=work.schedule.stamp(period))

    def _with_contacts(self, visits: Sequence[ScheduledVisit]) -> tuple[Sequence[ScheduledVisit], Told]:
        try:
            return self._named(visits), "complete"
        except AccountsUnavailableError:
            logger.warning("The schedule is shown without names: the gateway does not answer")
            return visits, "unavailable"

    def _named(self, visits: Sequence[ScheduledVisit]) -> list[ScheduledVisit]:
        """With names and phones; asked outside of any transaction."""
        ids = {visit.customer.id for visit in visits}
        known = {person.id: person for person in (self._accounts.contacts(ids) if ids else ())}
        return [_named(visit, known.get(visit.customer.id)) for visit in visits]


def _require_days(period: SchedulePeriod) -> None:
    if not 1 <= (period.to - period.from_).days <= MAX_DAYS:
        raise InvalidPeriodError(max_days=MAX_DAYS)


def _named(visit: ScheduledVisit, person: Person | None) -> ScheduledVisit:
    if person is None:
        return visit
    told = {"full_name": person.full_name, "phone": person.phone}
    return visit.model_copy(update={"customer": visit.customer.model_copy(update=told)})
