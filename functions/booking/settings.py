"""Settings of the booking service."""

from pydantic import Field

from core.settings import CoreSettings


class BookingSettings(CoreSettings):
    """How long a slot is held, and a price stands, before payment."""

    hold_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long an unpaid booking holds its slot."""
    quote_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long a quoted price stands."""
    prepayment_percent: int = Field(default=50, ge=1, le=100)
    """Which share of the total confirms a booking."""
