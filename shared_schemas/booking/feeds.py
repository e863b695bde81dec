"""Contracts of calendar feeds."""

from uuid import UUID

from shared_schemas.common import Contract, Instant


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
