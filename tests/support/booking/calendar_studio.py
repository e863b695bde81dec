"""The calendar's use cases as a test drives them, beside the rest of the booking service."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from booking.time.ranges import TimeRange, merge
from shared_schemas.booking.closures import Closure, ClosureRequest, ExternalCalendar, ExternalCalendarRequest
from shared_schemas.booking.halls import Hall
from tests.support.booking.studio import MANAGER, START, Studio


class CalendarStudio(Studio):
    """A studio with closures, exceptions, other people's calendars and feeds."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.overrides, self.closures, self.feeds = self.app.overrides, self.app.closures, self.app.feeds
        self.external = self.app.external_calendars

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
