"""Settings of the booking service."""

from pydantic import Field

from core.settings import CoreSettings


class BookingSettings(CoreSettings):
    """How long a slot is held, and a price stands, before payment."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    hold_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long an unpaid booking holds its slot."""
    quote_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long a quoted price stands."""
    quote_retention_days: float = Field(default=7, gt=0)
    """How long a quote is kept after it ran out."""
    claim_retention_days: float = Field(default=92, ge=31)
    """How long the calendar keeps what took its time, after that time is over; bookings themselves stay."""
    waitlist_retention_days: float = Field(default=92, ge=1)
    """How long an entry of the waitlist is kept after the time that it waited for, once it is settled."""
    prepayment_percent: int = Field(default=50, ge=1, le=100)
    """Which share of the total confirms a booking."""
    external_calendar_minutes: float = Field(default=10, gt=0, le=7 * 24 * 60)
    """How old the busy time of an external calendar gets before it is fetched anew."""
    external_calendar_private_addresses: bool = False
    """Whether external calendars may be fetched from private networks and from this machine."""
    external_calendar_max_bytes: int = Field(default=5_000_000, ge=1_000, le=50_000_000)
    """How many bytes of an external calendar are read; uploads have at most four million characters."""
    external_calendar_max_events: int = Field(default=10_000, ge=1, le=100_000)
    """How many events of an external calendar may lie between now and three years ahead."""
    external_calendar_max_steps: int = Field(default=3_000_000, ge=1_000, le=100_000_000)
    """For how many days, hours or minutes the repetitions of an external calendar are followed, all together."""
