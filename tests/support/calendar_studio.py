"""The calendar's use cases as a test drives them, beside the rest of the booking service."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from booking.domain_ranges import TimeRange, merge
from booking.errors_calendar import CalendarUnreachableError
from booking.holiday_calendar import public_holiday
from booking.ical import read_calendar
from booking.ical_feed import render
from booking.recurrence import local_starts
from booking.service_closures import Closures
from booking.service_external import ExternalCalendars
from booking.service_feeds import Feeds
from booking.service_overrides import Overrides
from booking.service_sales import Sales
from shared_schemas.errors import CycloramaError
from shared_schemas.halls import Closure, ClosureRequest, ExternalCalendar, ExternalCalendarRequest, Hall
from tests.support.studio import MANAGER, START, Studio

API = "https://api.test"


class ScriptedFetcher:
    """An internet of one page, or of one refusal; some addresses are down."""

    def __init__(self) -> None:
        self.answer: str | CycloramaError = ""
        self.asked: list[str] = []
        self.down: set[str] = set()

    def check(self, url: str) -> None:
        """Every address may be asked."""

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if url in self.down:
            raise CalendarUnreachableError(reason="status 500")
        if isinstance(self.answer, CycloramaError):
            raise self.answer
        return self.answer.encode()


class CalendarStudio(Studio):
    """A studio with closures, exceptions, other people's calendars and feeds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.fetcher = ScriptedFetcher()
        keeping = Sales(self.clock, self.settings, lambda _work, _claims: None)
        self.overrides = Overrides(self.work, self.clock, public_holiday)
        self.closures = Closures(self.work, self.clock, keeping, local_starts)
        self.external = ExternalCalendars(self.work, self.clock, self.settings, read_calendar, self.fetcher)
        self.feeds = Feeds(self.work, self.clock, render, lambda: API)

    def close(self, hall: Hall | None, start: datetime = START, hours: float = 2, **changes: Any) -> Closure:
        values = {"hall_id": hall and hall.id, "start": start, "end": start + timedelta(hours=hours), "reason": "Paint"}
        return self.closures.close(ClosureRequest.model_validate(values | changes), MANAGER.subject, None)

    def calendar(self, hall: Hall, url: str | None = None) -> ExternalCalendar:
        return self.external.add(hall.id, ExternalCalendarRequest(name="Other", url=url), None)

    def claimed(self, hall: Hall, kind: str) -> list[TimeRange]:
        """What of a hall is claimed in some way, merged, in UTC."""
        query = text(
            "SELECT lower(during) AS start, upper(during) AS end FROM booking.occupancy"
            " WHERE hall_id = :hall AND kind = :kind"
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query, {"hall": hall.id, "kind": kind}).all()
        return merge(TimeRange(row.start, row.end).utc() for row in rows)

    def rows(self, hall: Hall) -> set[tuple[str, datetime, datetime]]:
        """Every single claim on a hall."""
        query = text("SELECT kind, lower(during), upper(during) FROM booking.occupancy WHERE hall_id = :hall")
        with self.engine.connect() as connection:
            return {(kind, start, end) for kind, start, end in connection.execute(query, {"hall": hall.id})}


def hours_from(start: datetime, *pairs: tuple[float, float]) -> list[TimeRange]:
    """Ranges given in hours after a moment."""
    return [TimeRange(start + timedelta(hours=a), start + timedelta(hours=b)).utc() for a, b in pairs]
