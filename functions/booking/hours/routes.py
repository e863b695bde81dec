"""Routes of exceptions from opening hours, and of public holidays."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.errors import InvalidPeriodError
from booking.halls.errors import HallNotFoundError
from booking.hours.errors import DateOverrideNotFoundError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.hours import DateOverride, DateOverrideRequest, Holidays, HolidaysQuery, SinceQuery
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError


@api.endpoint("GET /v1/date-overrides")
def list_date_overrides(query: SinceQuery) -> Page[DateOverride]:
    """Days with other opening hours or holiday status than usual, in the order they were created."""
    return Page(data=composition.app().overrides.all(query.from_))


@api.endpoint("POST /v1/date-overrides", status=201, errors=[HallNotFoundError, RuleViolationError])
def create_date_override(body: DateOverrideRequest, identity: Identity, key: IdempotencyKey | None) -> DateOverride:
    """Give some days other opening hours or holiday status, in one hall or in all.

    It applies to new bookings; existing bookings stay as they are."""
    return composition.app().overrides.add(body, identity.subject, key)


@api.endpoint("DELETE /v1/date-overrides/{override_id}", status=204, errors=[DateOverrideNotFoundError])
def delete_date_override(override_id: UUID) -> None:
    """Delete a date override."""
    composition.app().overrides.remove(override_id)


@api.endpoint("GET /v1/halls/{hall_id}/holidays", errors=[HallNotFoundError, InvalidPeriodError])
def list_holidays(hall_id: UUID, query: HolidaysQuery, locale: Locale) -> Holidays:
    """Public holidays of a hall, with the studio's own exceptions applied, and weekend days that are worked.

    `warnings` names the years whose transferred days off are not decreed yet."""
    return composition.app().overrides.holidays(hall_id, query, locale)
