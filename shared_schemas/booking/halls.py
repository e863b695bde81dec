"""Contracts of halls."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.calendar import STEP_MINUTES, Interval, OpeningHours, ZoneName
from shared_schemas.common import Contract
from shared_schemas.texts import ADDRESS, Description, Line, Name
from shared_schemas.uploads.photos import PhotoSize
from shared_schemas.visits.purposes import VisitPurpose
from shared_schemas.words import Texts, Title

Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["RU"])]
WebAddress = Annotated[
    str,
    Line(2000, pattern=ADDRESS),
    Field(examples=["https://studio.example/rules"]),
]
Minutes = Annotated[int, Field(multiple_of=STEP_MINUTES)]


class Photo(Contract):
    """The address of a picture of a hall."""

    url: WebAddress
    caption: Annotated[str, Line(300)] = ""


class HallPhoto(Photo):
    """A picture as it is shown. An uploaded one has an `id` and `sizes`, smallest first, and `url` is its largest; of
    one that lies elsewhere its address is all that is known."""

    id: UUID | None = None
    alt: Title | None = None
    """What is to be seen on it, for those who do not see it."""
    width: int | None = None
    height: int | None = None
    sizes: list[PhotoSize] = Field(default=[])


class PurposeLimit(Contract):
    """How many people a hall is let to for a purpose; 0 means that it is not let for it."""

    purpose: VisitPurpose
    capacity: int = Field(ge=0, le=10_000)


class HallRequest(Contract):
    """A new hall, with the rules for its bookings."""

    name: Name
    description: Description = ""
    texts: Texts | None = None
    """Name and description in other languages; `Accept-Language` picks one wherever it is read, and none means the
    studio's own words."""
    timezone: ZoneName = "Europe/Moscow"
    country: Country | None = "RU"
    """The country whose public holidays apply here (ISO 3166); absent means none."""
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    capacity: int = Field(ge=1, le=10_000)
    purpose_limits: list[PurposeLimit] = Field(default=[], max_length=5)
    """Where another number than `capacity` may come for some purpose: 30 guests of an event, 10 for photos."""
    photos: list[Photo] = Field(default=[], max_length=50)
    """Pictures that lie elsewhere. Uploaded ones are no part of a request: they have routes of their own."""
    equipment: list[Name] = Field(default=[], max_length=100)
    address_id: UUID | None = None
    """Which of the studio's addresses (`GET /v1/studio`) it is at; absent means the first."""
    parts: list[UUID] = Field(default=[], max_length=20)
    """The halls that this one consists of: booking it takes them all, and booking one of them takes it."""
    opening_hours: list[OpeningHours] = Field(min_length=1, max_length=21)
    holiday_hours: list[Interval] | None = Field(default=None, max_length=3)
    """Hours on public holidays; absent means those of the weekday, an empty list means closed."""
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
    """The last minutes of the billed time, in which the client leaves the hall: 5 makes an hour 55 minutes long."""
    min_gap_minutes: Minutes = Field(default=0, ge=0, le=240)
    """The gap rule: the shortest free time that a booking may leave before or after it; 0 allows any.

    If it is set, a booking that fills a gap completely may be shorter than `min_minutes`."""


class Hall(HallRequest):
    """A hall that can be rented, unless it is archived."""

    id: UUID
    archived: bool = False
    photos: list[HallPhoto] = Field(default=[])  # type: ignore[assignment]
    """Uploaded ones first, in the order that staff gave them, then those that lie elsewhere."""


class HallChanges(Contract):
    """Changes to a hall; absent fields stay."""

    name: Name | None = None
    description: Description | None = None
    texts: Texts | None = None
    timezone: ZoneName | None = None
    country: Country | None = None
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    capacity: int | None = Field(default=None, ge=1, le=10_000)
    purpose_limits: list[PurposeLimit] | None = Field(default=None, max_length=5)
    photos: list[Photo] | None = Field(default=None, max_length=50)
    equipment: list[Name] | None = Field(default=None, max_length=100)
    address_id: UUID | None = None
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
