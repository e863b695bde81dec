"""Contracts of halls and of their calendars: opening hours, exceptions, closures, free time, feeds."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.calendar import STEP_MINUTES, Interval, OpeningHours, Recurrence, Span, Weekday, ZoneName
from shared_schemas.calendar_address import CalendarAddress
from shared_schemas.common import Contract, Day, Instant, Page
from shared_schemas.texts import ADDRESS, Description, Document, Line, Name, Reason, Remark

Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["RU"])]
WebAddress = Annotated[
    str,
    Line(2000, pattern=ADDRESS),
    Field(examples=["https://studio.example/rules"]),
]
Minutes = Annotated[int, Field(multiple_of=STEP_MINUTES)]


class Photo(Contract):
    """A picture of a hall, wherever it is kept."""

    url: WebAddress
    caption: Annotated[str, Line(300)] = ""


class HallRequest(Contract):
    """A new hall, with the rules that its bookings keep."""

    name: Name
    description: Description = ""
    timezone: ZoneName = "Europe/Moscow"
    country: Country | None = "RU"
    """Whose public holidays count here (ISO 3166); absent is nobody's."""
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    capacity: int = Field(ge=1, le=10_000)
    photos: list[Photo] = Field(default=[], max_length=50)
    equipment: list[Name] = Field(default=[], max_length=100)
    parts: list[UUID] = Field(default=[], max_length=20)
    """The halls that this one is made of: booking it takes them all, and each of them takes it."""
    opening_hours: list[OpeningHours] = Field(min_length=1, max_length=21)
    holiday_hours: list[Interval] | None = Field(default=None, max_length=3)
    """Hours of public holidays; absent means those of the weekday, an empty list closed."""
    min_minutes: Minutes = Field(default=60, ge=15, le=1440)
    max_minutes: Minutes = Field(default=720, ge=15, le=1440)
    start_step_minutes: Literal[15, 30, 60] = 30
    buffer_before_minutes: Minutes = Field(default=0, ge=0, le=240)
    buffer_after_minutes: Minutes = Field(default=0, ge=0, le=240)
    notice_minutes: int = Field(default=0, ge=0, le=90 * 24 * 60)
    """How long before its start a booking must be made."""
    horizon_days: int = Field(default=365, ge=1, le=1100)
    """How far ahead bookings are taken."""
    unused_minutes: int = Field(default=0, ge=0, le=30)
    """The end of the billed time in which the hall is already being left: 5 makes an hour of 55 minutes."""
    min_gap_minutes: Minutes = Field(default=0, ge=0, le=240)
    """The shortest free stretch worth leaving beside a booking; 0 lets any be left.

    Where it is set, a booking that fills a free stretch to both ends may be shorter than `min_minutes`."""


class Hall(HallRequest):
    """A hall that can be rented, unless it is archived."""

    id: UUID
    archived: bool = False


class HallChanges(Contract):
    """What to change of a hall; whatever is absent stays."""

    name: Name | None = None
    description: Description | None = None
    timezone: ZoneName | None = None
    country: Country | None = None
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    capacity: int | None = Field(default=None, ge=1, le=10_000)
    photos: list[Photo] | None = Field(default=None, max_length=50)
    equipment: list[Name] | None = Field(default=None, max_length=100)
    parts: list[UUID] | None = Field(default=None, max_length=20)
    opening_hours: list[OpeningHours] | None = Field(default=None, min_length=1, max_length=21)
    holiday_hours: list[Interval] | None = Field(default=None, max_length=3)
    min_minutes: Minutes | None = Field(default=None, ge=15, le=1440)
    max_minutes: Minutes | None = Field(default=None, ge=15, le=1440)
    start_step_minutes: Literal[15, 30, 60] | None = None
    buffer_before_minutes: Minutes | None = Field(default=None, ge=0, le=240)
    buffer_after_minutes: Minutes | None = Field(default=None, ge=0, le=240)
    notice_minutes: int | None = Field(default=None, ge=0, le=90 * 24 * 60)
    horizon_days: int | None = Field(default=None, ge=1, le=1100)
    unused_minutes: int | None = Field(default=None, ge=0, le=30)
    min_gap_minutes: Minutes | None = Field(default=None, ge=0, le=240)
    archived: bool | None = None


class DateOverrideRequest(Contract):
    """Days, both inclusive, on which a hall (or, without `hall_id`, every hall) does not keep its usual hours."""

    hall_id: UUID | None = None
    first_day: Day
    last_day: Day
    hours: list[Interval] | None = Field(default=None, max_length=3)
    """An empty list is closed; absent leaves the usual hours."""
    holiday: bool | None = None
    """Whether these days count as public holidays; absent leaves that to the calendar."""
    note: Remark = ""


class DateOverride(DateOverrideRequest):
    """An exception in force; one for a hall counts before one for all, a newer one before an older."""

    id: UUID


class PublicHoliday(Contract):
    """A day that counts as a public holiday, after the studio's own exceptions."""

    date: Day
    name: str


class WorkingDay(Contract):
    """A day of the weekend that is worked in exchange for a day off, and the ISO weekday as which it is sold."""

    date: Day
    weekday: Weekday


class HolidayWarning(Contract):
    """A year whose moved days off are not known yet; date overrides can say what is."""

    code: Literal["unknown_year"]
    year: int
    message: str


class Holidays(Page[PublicHoliday]):
    """The special days of a period."""

    working: list[WorkingDay] = Field(default=[])
    warnings: list[HolidayWarning] = Field(default=[])


class HolidaysQuery(Contract):
    """Local dates, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day


class SinceQuery(Contract):
    """From which local date on; absent is today."""

    from_: Day | None = Field(default=None, alias="from")


ConflictPolicy = Literal["refuse", "keep", "cancel"]


class ClosureRequest(Contract):
    """Time in which a hall (or, without `hall_id`, every hall) is not for rent: maintenance, a private event.

    Where bookings stand in the way it is refused with their list, unless staff decide to `keep` them, and close the
    time around them, or to `cancel` them with everything paid returned."""

    hall_id: UUID | None = None
    start: Instant
    end: Instant
    reason: Reason
    recurrence: Recurrence | None = None
    conflicts: ConflictPolicy = "refuse"


class Closure(Contract):
    """A closure, and the stretches that it takes of the calendar."""

    id: UUID
    hall_id: UUID | None = None
    start: Instant
    end: Instant
    reason: str
    recurrence: Recurrence | None = None
    occurrences: list[Span]
    cancelled_bookings: list[UUID] = Field(default=[])
    created_by: str
    created_at: Instant


class AvailabilityQuery(Contract):
    """Local dates, `to` exclusive; `duration` in minutes, `people` to fit; `explain` adds why starts are closed."""

    from_: Day = Field(alias="from")
    to: Day
    duration: int = Field(default=60, ge=15, le=1440, multiple_of=15)
    people: int = Field(default=1, ge=1, le=10_000)
    explain: bool = False


class ClosedStart(Contract):
    """A moment at which no booking of the asked duration may start, and the codes of the rules against it."""

    start: Instant
    codes: list[str]


class AvailabilityDay(Contract):
    """One local day: free stretches, and each moment at which a booking of the asked duration may start."""

    date: Day
    free: list[Span]
    starts: list[Instant]
    closed: list[ClosedStart] | None = None
    """With `explain`, every other quarter of an hour of the day."""


class Availability(Contract):
    """Free time of a hall on the 15-minute grid."""

    hall_id: UUID
    timezone: str
    step_minutes: Literal[15] = STEP_MINUTES
    duration_minutes: int
    days: list[AvailabilityDay]


class ExternalCalendarRequest(Contract):
    """An iCalendar feed whose events are busy time of a hall; without `url` it is filled by uploads alone."""

    name: Name
    url: CalendarAddress | None = None


class ExternalCalendar(ExternalCalendarRequest):
    """An external calendar, and how its last import went."""

    id: UUID
    hall_id: UUID
    imported_at: Instant | None = None
    error: str | None = None
    """Why the last refresh failed; what was imported before still counts."""
    conflicts: list["ImportConflict"] = Field(default=[])
    warnings: list["CalendarWarning"] = Field(default=[])
    """What the last import assumed where the calendar left something open: at most fifty."""
    warnings_total: int = 0
    """How many there were."""


class ImportRequest(Contract):
    """The text of an iCalendar file (RFC 5545); how many bytes are read is a setting."""

    ics: Annotated[str, Document(4_000_000, 1)]


class ImportConflict(Contract):
    """An event that overlaps what was already claimed here; only the rest of it is busy time."""

    uid: str
    start: Instant
    end: Instant
    bookings: list[str]
    """Numbers of the bookings in the way; empty where it was a closure or another calendar."""


class CalendarWarning(Contract):
    """What a calendar left open, and what was assumed; on doubt the time is busy."""

    code: str
    property: str
    line: int | None = None
    """Where the property begins in the file that was read."""
    uid: str | None = None
    message: str


class ImportReport(Contract):
    """What an import made busy."""

    events: int
    busy: list[Span]
    conflicts: list[ImportConflict]
    warnings: list[CalendarWarning] = Field(default=[])
    """At most fifty, and ten of a kind."""
    warnings_total: int = 0
    """How many there were."""


class CalendarFeedRequest(Contract):
    """A feed of a hall (for staff), or without `hall_id` of one's own bookings."""

    hall_id: UUID | None = None


class CalendarFeed(Contract):
    """A secret address at which calendars can subscribe; `url` is shown once, when it is made."""

    id: UUID
    hall_id: UUID | None = None
    customer_id: UUID | None = None
    created_at: Instant
    revoked_at: Instant | None = None
    url: str | None = None
