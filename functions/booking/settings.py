"""Settings of the booking service."""

from pydantic import Field

from core.settings import CoreSettings


class BookingSettings(CoreSettings):
    """How long holds and quotes are valid, and limits of external calendars."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    hold_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long an unpaid booking holds its slot."""
    quote_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long a quote is valid."""
    quote_retention_days: float = Field(default=7, gt=0)
    """How long a quote is kept after it expired."""
    claim_retention_days: float = Field(default=92, ge=31)
    """How long claims on past time are kept; the bookings themselves stay."""
    waitlist_retention_days: float = Field(default=92, ge=1)
    """How long a settled waitlist entry is kept after the time that it waited for."""
    photos_bucket: str = ""
    """The bucket that photos lie in."""
    photos_url: str = ""
    """The address under which everybody reads photos, without a slash at its end."""
    prepayment_percent: int = Field(default=50, ge=1, le=100)
    """The share of the total that confirms a booking."""
    external_calendar_minutes: float = Field(default=10, gt=0, le=7 * 24 * 60)
    """How often an external calendar is fetched."""
    external_calendar_private_addresses: bool = False
    """Whether external calendars may be fetched from private networks and from this machine."""
    external_calendar_max_bytes: int = Field(default=5_000_000, ge=1_000, le=50_000_000)
    """The largest external calendar, in bytes; uploads have at most four million characters."""
    external_calendar_max_events: int = Field(default=10_000, ge=1, le=100_000)
    """The most events that an external calendar may have in the next three years."""
    external_calendar_max_steps: int = Field(default=3_000_000, ge=1_000, le=100_000_000)
    """The most days, hours or minutes that are looked at for all repetitions of an external calendar together."""
