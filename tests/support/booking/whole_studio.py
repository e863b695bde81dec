"""A studio with everything that claims time: bookings, groups, closures, other calendars, the waitlist."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from booking.time.ranges import TimeRange
from shared_schemas.booking.closures import ExternalCalendar, ExternalCalendarRequest, ImportReport
from shared_schemas.booking.extras import AddOn, AddOnRequest, PromoCode, PromoCodeRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Money
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.studio import Studio
from tests.support.database import RecordingPublisher

UNLIMITED: dict[str, Any] = {
    "max_unpaid_holds": 10_000, "max_unpaid_hours": 100_000, "max_open_payments": 1000, "max_waitlist_entries": 1000,
    "max_quotes": 100_000,
}  # fmt: skip
"""For tools that do as one client what a whole town would."""


def policy(**changes: Any) -> dict[str, Any]:
    """The body that puts terms in force, with these changes."""
    return PolicyRequest.model_validate(changes).model_dump(mode="json", exclude_none=True)


class WholeStudio(Studio):
    """All use cases that claim or free time."""

    def __init__(self, engine: Engine, broker: RecordingPublisher | None = None) -> None:
        super().__init__(engine, broker)
        self.extras, self.groups, self.closures = self.app.extras, self.app.groups, self.app.closures
        self.external = self.app.external_calendars

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


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
