"""The 15-minute grid on which time is sold, and the days of a zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.time.ranges import STEP, TimeRange


def floor(instant: datetime) -> datetime:
    """The last moment of the 15-minute grid that is not after `instant`."""
    return instant - timedelta(seconds=instant.timestamp() % STEP.total_seconds())


def ceiling(instant: datetime) -> datetime:
    """The first moment of the grid that is not before `instant`."""
    down = floor(instant)
    return down if down == instant else down + STEP


def whole_cells(span: TimeRange) -> TimeRange:
    """The cells of the grid that a span touches: a partial cell cannot be sold."""
    return TimeRange(floor(span.start), ceiling(span.end))


MINUTE = timedelta(minutes=1)


DAY = timedelta(days=1)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins, in UTC."""
    return datetime.combine(day, time(0, 0), zone).astimezone(UTC)
