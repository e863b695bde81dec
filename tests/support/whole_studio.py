"""A studio with everything that claims time: bookings, groups, closures, other calendars, the waitlist."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from booking.domain_ranges import TimeRange
from booking.ical import read_calendar
from booking.ports import Claim, Work
from booking.recurrence import local_starts
from booking.service_closures import Closures
from booking.service_external import ExternalCalendars
from booking.service_extras import Extras
from booking.service_groups import Groups
from booking.service_sales import Sales
from shared_schemas.common import Money
from shared_schemas.halls import ExternalCalendar, ExternalCalendarRequest, Hall, ImportReport
from shared_schemas.prices import AddOn, AddOnRequest, PromoCode, PromoCodeRequest
from tests.support.calendar import ics, vevent
from tests.support.database import RecordingPublisher
from tests.support.studio import Studio

UNLIMITED: dict[str, Any] = {
    "max_unpaid_holds": 10_000, "max_unpaid_hours": 100_000, "max_open_payments": 1000, "max_waitlist_entries": 1000,
    "max_quotes": 100_000,
}  # fmt: skip
"""For tools that do as one client what a whole town would."""


class NoFetcher:
    """Nothing is fetched here: other calendars arrive as files."""

    def check(self, url: str) -> None:
        """Every address may be asked."""

    def fetch(self, url: str) -> bytes:
        raise AssertionError(f"{url} was fetched")


class WholeStudio(Studio):
    """All use cases that claim or free time, wired as in production."""

    def __init__(self, engine: Engine, broker: RecordingPublisher | None = None) -> None:
        super().__init__(engine, broker)
        self.extras = Extras(self.work)
        self.groups = Groups(self.work, self.clock, self.settings, local_starts, self._freed)
        self.closures = Closures(self.work, self.clock, Sales(self.clock, self.settings, _keep), local_starts)
        self.external = ExternalCalendars(self.work, self.clock, self.settings, read_calendar, NoFetcher())

    def add_on(self, name: str, stock: int) -> AddOn:
        request = AddOnRequest(name=name, unit="unit", price=Money(amount=10_000), stock=stock)
        return self.extras.add_add_on(request, None)

    def promo_code(self, code: str, max_uses: int, per_client: int) -> PromoCode:
        request = PromoCodeRequest(code=code, percent=10, max_uses=max_uses, max_uses_per_client=per_client)
        return self.extras.add_promo_code(request, None)

    def calendar(self, hall: Hall) -> ExternalCalendar:
        return self.external.add(hall.id, ExternalCalendarRequest(name="Elsewhere"), None)

    def imported(self, calendar_id: UUID, busy: Sequence[TimeRange]) -> ImportReport:
        """A file that says when the hall is busy."""
        events = [
            vevent(f"DTSTART:{_utc(span.start)}", f"DTEND:{_utc(span.end)}", uid=f"{number}@elsewhere")
            for number, span in enumerate(busy)
        ]
        return self.external.import_file(calendar_id, ics(*events))


def _keep(_work: Work, _claims: Sequence[Claim]) -> None:
    """A closure takes itself what it makes bookings give back."""


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
